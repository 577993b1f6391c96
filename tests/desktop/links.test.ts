import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DesktopDouble } from './double/launch.ts'

describe('links and starts, on a double of Electron', () => {
  let config: string
  let desktop: DesktopDouble
  const url = async (id = 1) => (await desktop.windows()).find((window) => window.id === id)?.url

  beforeAll(async () => {
    config = mkdtempSync(join(tmpdir(), 'spacefort-config-'))
    desktop = new DesktopDouble({ args: ['spacefort://events?kind=system'], env: { XDG_CONFIG_HOME: config } })
    await (await desktop.page()).locator('main').first().waitFor()
  })
  afterAll(async () => {
    await desktop.dispose()
    rmSync(config, { recursive: true, force: true })
  })

  it('registers the scheme of an installed program', async () => {
    expect(await desktop.call('calls', 'app.setAsDefaultProtocolClient')).toEqual(['spacefort'])
  })

  it('opens the page of the link it was started with', async () => {
    await expect.poll(() => url()).toBe('app://console/#/events?kind=system')
  })

  it('opens the page of a link that comes later, in the window used last and without loading it anew', async () => {
    const page = await desktop.page()
    await page.evaluate(() => void Reflect.set(window, 'kept', true))
    await desktop.call('second-instance', ['--flag', 'spacefort://settings'])
    await expect.poll(() => url()).toBe('app://console/#/settings')
    expect(await desktop.call('open-url', 'spacefort://hosts')).toBe(true)
    await expect.poll(() => url()).toBe('app://console/#/hosts')
    expect(await page.evaluate(() => Reflect.get(window, 'kept') as boolean)).toBe(true)
    expect(await desktop.windows()).toHaveLength(1)
  })

  it.each([
    'https://evil.example/',
    'spacefort://sign-in?code=theirs',
    'spacefort:////evil.example',
    'spacefort://a/<img>',
    'javascript:1',
  ])('takes %s for no link', async (link) => {
    await desktop.call('open-url', link)
    await desktop.call('second-instance', [link])
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(await url()).toBe('app://console/#/hosts')
    expect(await desktop.windows()).toHaveLength(1)
  })

  it('starts at login, without a window, once that is wanted', async () => {
    const entry = join(config, 'autostart', 'spacefort.desktop')
    await desktop.call('click-menu', ['Settings', 'Start at login'])
    expect(readFileSync(entry, 'utf8')).toMatch(/^Exec=".+" --hidden$/m)
    await desktop.call('click-menu', ['Settings', 'Start at login'])
    expect(existsSync(entry)).toBe(false)
    expect(await desktop.quit()).toBe(0)
    const hidden = new DesktopDouble({ dataDir: desktop.dataDir, args: ['--hidden'], env: { XDG_CONFIG_HOME: config } })
    try {
      await expect.poll(async () => (await hidden.call<{ toolTip: string }>('tray')).toolTip).toContain('No problems')
      expect(await hidden.windows()).toEqual([])
      await hidden.call('second-instance', [])
      await hidden.page()
      expect(await hidden.windows()).toHaveLength(1)
    } finally {
      await hidden.dispose()
    }
  })
})
