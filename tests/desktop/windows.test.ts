import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DesktopDouble } from './double/launch.ts'

const DESK = { id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1080 } }
const WALL = { id: 7, workArea: { x: 1920, y: 0, width: 3840, height: 2160 } }
const ON_WALL = { x: 2000, y: 100, width: 3000, height: 1500 }
const displays = (...list: unknown[]) => ({ DOUBLE_DISPLAYS: JSON.stringify(list) })

describe('windows on several screens, on a double of Electron', () => {
  let first: DesktopDouble
  let dataDir: string

  beforeAll(async () => {
    first = new DesktopDouble({ env: displays(DESK, WALL) })
    ;({ dataDir } = first)
    await (await first.page()).locator('main').first().waitFor()
  })
  afterAll(() => first.dispose())

  it('are remembered with place, size, screen and page, and without what must not be kept', async () => {
    await first.call('click-menu', ['File', 'New window'])
    const second = await first.page(2)
    await second.locator('main').first().waitFor()
    await second.evaluate(() => void (window.location.hash = '#/settings'))
    await first.call('place-window', { id: 2, ...ON_WALL })
    await first.call('maximize-window', { id: 2 })
    const page = await first.page(1)
    await page.evaluate(() => void (window.location.hash = '#/sign-in?code=one-time'))
    await expect.poll(async () => (await first.windows())[0]?.url).toContain('sign-in')
    expect(await first.quit()).toBe(0)
    const text = readFileSync(join(dataDir, 'desktop', 'windows.json'), 'utf8')
    expect(text).not.toContain('one-time')
    expect(JSON.parse(text)).toMatchObject([
      { origin: 'app://console', route: '/', display: { id: 1 } },
      { origin: 'app://console', route: '/settings', bounds: ON_WALL, display: { id: 7 }, maximized: true },
    ])
  })

  it('come back, and stay in sight while screens come and go', async () => {
    const again = new DesktopDouble({ dataDir, env: displays(DESK, WALL) })
    try {
      await (await again.page(2)).locator('main').first().waitFor()
      const wall = async () => (await again.windows()).find(({ id }) => id === 2)
      expect(await wall()).toMatchObject({ url: 'app://console/#/settings', bounds: ON_WALL, maximized: true })
      await again.call('displays', [DESK])
      expect(await wall()).toMatchObject({ bounds: { x: 0, y: 0, width: 1920, height: 1080 }, maximized: true })
      await again.call('displays', [DESK, WALL])
      expect(await wall()).toMatchObject({ bounds: ON_WALL, maximized: true })
      await again.call('displays', [DESK])
      await again.call('place-window', { id: 2, x: 100, y: 50, width: 1000, height: 700 })
      await again.call('displays', [DESK, WALL])
      // Whoever moved it meant it.
      expect(await wall()).toMatchObject({ bounds: { x: 100, y: 50, width: 1000, height: 700 } })
    } finally {
      await again.dispose()
    }
  })

  it('are never restored out of sight', async () => {
    const file = join(dataDir, 'desktop', 'windows.json')
    const state = {
      origin: 'app://console',
      route: '//evil.example',
      bounds: { x: 9000, y: -4000, width: 1200, height: 800 },
      display: { id: 7, area: WALL.workArea },
      maximized: false,
      fullScreen: false,
    }
    writeFileSync(file, JSON.stringify([state, { ...state, origin: 'https://console.example/path' }, 'damaged']))
    const again = new DesktopDouble({ dataDir, env: displays(DESK) })
    try {
      await again.page()
      expect(await again.windows()).toMatchObject([{ url: 'app://console/#/', bounds: { x: 360, y: 140, width: 1200, height: 800 } }])
      await again.call('close-window', { id: 1 })
      await again.call('click-tray', '')
      // The next window goes on where the last one was closed.
      await again.page(2)
      expect((await again.windows()).at(-1)).toMatchObject({ bounds: { x: 360, y: 140, width: 1200, height: 800 } })
      expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject([{ bounds: { x: 360, y: 140 } }])
    } finally {
      await again.dispose()
    }
  })
})
