import { marked, Renderer } from 'marked'
import type { Plugin } from 'vite'

/**
 * Makes the pages of the user guide part of the console: a `.md` file becomes a module that holds its HTML, its pictures become
 * files of the bundle, and links between pages lead to each other inside the console. Nothing is rendered in the browser.
 */
export function guidePages(): Plugin {
  return {
    name: 'guide-pages',
    transform(markdown, id) {
      return id.endsWith('.md') ? { code: guideModule(markdown), map: null } : null
    },
  }
}

/** Source of the module for one page. */
export function guideModule(markdown: string): string {
  const pictures: string[] = []
  const renderer = new Renderer()
  renderer.image = ({ href, text }) => {
    pictures.push(href)
    return `<img src="%picture${pictures.length - 1}%" alt="${text}" loading="lazy">`
  }
  renderer.link = ({ href, text }) => `<a href="${href.replace(/^([a-z-]+)\.md$/, '#/help/$1')}">${text}</a>`
  const html = marked.parse(markdown, { renderer, async: false })
  const imports = pictures.map((href, index) => `import picture${index} from ${JSON.stringify(href)}\n`)
  const filled = pictures.map((_, index) => `.replace('%picture${index}%', picture${index})`)
  return `${imports.join('')}export default ${JSON.stringify(html)}${filled.join('')}\n`
}
