import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FEATURES } from '../renderer/app/features.ts'
import { helpPages } from '../renderer/app/help.ts'
import { consoleRoutes } from '../renderer/app/router.ts'
import { ALL_GUIDE_PAGES } from '../renderer/features/help/pages.ts'
import { guideModule } from './guide-pages.ts'

const GUIDE = join(import.meta.dirname, '../docs/guide')
const LANGUAGES = ['en', 'zh-CN']
const IMAGES = join(import.meta.dirname, '../docs/images')
const MAX_PICTURE_BYTES = 60 * 1024
const MAX_ALL_BYTES = 3 * 1024 * 1024
const files = LANGUAGES.flatMap((language) => readdirSync(join(GUIDE, language)).map((name) => join(GUIDE, language, name)))
const linked = (file: string) => [...readFileSync(file, 'utf8').matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '')

it('a page becomes a module with its pictures imported and its links inside the console', () => {
  const code = guideModule('# Hosts\n\n![The list](../../images/en/hosts.webp)\n\nSee [apps](apps.md) and `docs`.\n')
  expect(code).toContain('import picture0 from "../../images/en/hosts.webp"')
  expect(code).toContain(`src=\\"%picture0%\\" alt=\\"The list\\"`)
  expect(code).toContain(`.replace('%picture0%', picture0)`)
  expect(code).toContain('<a href=\\"#/help/apps\\">apps</a>')
})

describe('the user guide', () => {
  it('has a page in both languages for everything that links to one', () => {
    for (const page of helpPages(FEATURES))
      for (const language of LANGUAGES) expect(existsSync(join(GUIDE, language, `${page}.md`)), `${language}/${page}`).toBe(true)
  })

  it('has the same pages in both languages, and shows them all', () => {
    for (const language of LANGUAGES)
      expect(readdirSync(join(GUIDE, language))).toEqual(ALL_GUIDE_PAGES.map((page) => `${page}.md`).toSorted())
  })

  it('explains every page of the console', () => {
    const pages = consoleRoutes(FEATURES).flatMap(({ children }) => children ?? [])
    expect(pages.length).toBeGreaterThan(15)
    const shell = ['forbidden', 'missing']
    for (const { name, meta } of pages.filter(({ name }) => !shell.includes(String(name))))
      expect(ALL_GUIDE_PAGES, String(name)).toContain(meta?.help)
  })

  it('has the same pictures in both languages, uses each of them, and all are small together', () => {
    const pictures = readdirSync(join(IMAGES, 'en'))
    expect(readdirSync(join(IMAGES, 'zh-CN'))).toEqual(pictures)
    for (const language of LANGUAGES) {
      const used = files.filter((file) => dirname(file).endsWith(language)).flatMap(linked)
      expect(pictures.filter((name) => !used.some((target) => target.endsWith(`/${language}/${name}`)))).toEqual([])
    }
    const bytes = LANGUAGES.flatMap((language) => pictures.map((name) => statSync(join(IMAGES, language, name)).size))
    expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(MAX_ALL_BYTES)
  })

  it.each(files)('%s leads nowhere that is not there, and its pictures are small', (file) => {
    for (const target of linked(file).filter((href) => !/^https?:/.test(href))) {
      const path = join(dirname(file), target)
      expect(existsSync(path), target).toBe(true)
      if (/\.(webp|png)$/.test(path)) expect(statSync(path).size, target).toBeLessThanOrEqual(MAX_PICTURE_BYTES)
    }
  })
})
