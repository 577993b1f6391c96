import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { settled } from '../../tests/e2e/walk/watch-page.ts'
import type { Picture } from './pictures.ts'

const IMAGES = join(import.meta.dirname, '../../docs/images')
/** What one picture may weigh; a guide test looks at it too. */
const MAX_BYTES = 60 * 1024
const QUALITIES = [82, 70, 58, 46, 36, 28]
const LANGUAGES = ['en', 'zh-CN'] as const
const THEMES = ['dark', 'light'] as const
const TRIES = 3

/** Takes each picture in both languages, in the colours that are right for it, and writes them to the folder of the guide. */
export async function takePictures(page: Page, pictures: readonly Picture[]): Promise<void> {
  for (const language of LANGUAGES) {
    mkdirSync(join(IMAGES, language), { recursive: true })
    for (const theme of THEMES) {
      await dress(page, language, theme)
      for (const picture of pictures.filter((one) => (one.theme ?? 'light') === theme)) {
        const image = await taken(page, picture)
        writeFileSync(join(IMAGES, language, `${picture.name}.webp`), image)
        console.log(`${language}/${picture.name} ${Math.round(image.length / 1024)} kB`)
      }
    }
  }
}

async function dress(page: Page, locale: string, theme: string): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.evaluate((chosen) => Object.entries(chosen).forEach(([name, value]) => localStorage.setItem(`spacefort.${name}`, value)), {
    locale,
    theme,
  })
}

/** A picture during which nothing failed to load: a network that changes under the browser spoils one. */
async function taken(page: Page, picture: Picture): Promise<Buffer> {
  for (let attempt = 1; ; attempt++) {
    const spoiled: unknown[] = []
    const failed = (cause: unknown) => void spoiled.push(cause)
    page.on('pageerror', failed)
    const onFailure = (request: { failure: () => { errorText: string } | null }) => {
      if (request.failure()?.errorText === 'net::ERR_NETWORK_CHANGED') failed(request)
    }
    page.on('requestfailed', onFailure)
    try {
      await open(page, picture)
      const image = await webp(page)
      if (spoiled.length === 0 || attempt === TRIES) return image
    } catch (error) {
      if (attempt === TRIES) throw new Error(`the picture "${picture.name}" cannot be taken`, { cause: error })
    } finally {
      page.off('pageerror', failed)
      page.off('requestfailed', onFailure)
    }
  }
}

async function open(page: Page, { path, prepare, heightPx = 800, quiet = true }: Picture): Promise<void> {
  await page.setViewportSize({ width: 1280, height: heightPx })
  await page.evaluate((to) => (location.hash = `#${to}`), path)
  await page.reload()
  await settled(page)
  // Who has a pool like this has made the first steps long ago.
  const dismiss = page.getByRole('button', { name: /^(Close the first steps|关闭入门步骤)$/ })
  if (quiet && (await dismiss.isVisible())) await dismiss.click()
  await page.waitForTimeout(1500)
  await prepare?.(page)
  await settled(page)
  await page.waitForTimeout(1200)
}

/** Smaller than PNG by far; the first quality that keeps the picture small enough. */
async function webp(page: Page): Promise<Buffer> {
  const session = await page.context().newCDPSession(page)
  try {
    for (const quality of QUALITIES) {
      const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality })
      const picture = Buffer.from(data, 'base64')
      if (picture.length <= MAX_BYTES) return picture
    }
  } finally {
    await session.detach()
  }
  throw new Error(`a picture is larger than ${MAX_BYTES} bytes at any quality`)
}
