import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DesktopDouble } from './double/launch.ts'

describe('desktop shell on a double of Electron', () => {
  let desktop: DesktopDouble
  let page: Page

  beforeAll(async () => {
    desktop = new DesktopDouble()
    page = await desktop.page()
  })
  afterAll(() => desktop.dispose())

  it('opens a window on the console, under a strict policy and without errors', async () => {
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
    const response = await page.reload()
    const policy = response?.headers()['content-security-policy'] ?? ''
    expect(policy).toMatch(/default-src '(self|none)'/)
    expect(policy).not.toMatch(/script-src[^;]*'unsafe-(inline|eval)'/)
    await page.locator('main').first().waitFor()
    expect(await page.title()).toContain('Spacefort')
    expect(errors).toEqual([])
  })

  it('answers the page as the person at this machine, with nobody signing in', async () => {
    const me = await page.evaluate(async () => {
      const response = await fetch('/api/v1/session')
      return { status: response.status, body: (await response.json()) as { via: string; role: string } }
    })
    expect(me).toMatchObject({ status: 200, body: { via: 'desktop', role: 'administrator' } })
  })

  it('carries request bodies to the core and its refusals back', async () => {
    const post = (body: unknown) =>
      page.evaluate(async (json) => {
        const response = await fetch('/api/v1/hosts', { method: 'POST', headers: { 'content-type': 'application/json' }, body: json })
        return response.status
      }, JSON.stringify(body))
    expect(await post({ name: 'no valid name!' })).toBe(400)
  })

  it('streams events while they happen, and lets go of the stream when the page does', async () => {
    const secret = `desktop-${Date.now()}`
    const kind = await page.evaluate(async (name) => {
      const source = new EventSource('/api/v1/events/stream')
      const event = new Promise<string>((resolve, reject) => {
        source.addEventListener('message', ({ data }: MessageEvent<string>) => resolve((JSON.parse(data) as { kind: string }).kind))
        source.onerror = () => reject(new Error('the stream broke'))
      })
      await new Promise((resolve) => (source.onopen = resolve))
      const body = JSON.stringify({ value: 'x' })
      await fetch(`/api/v1/secrets/${name}`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body })
      const received = await event
      source.close()
      return received
    }, secret)
    expect(kind).toMatch(/^secret\./)
    await expect.poll(() => desktop.call('calls', 'body cancelled')).toContain('/api/v1/events/stream')
  })

  it('gives the page no way to Node', async () => {
    const types = await page.evaluate(() =>
      ['require', 'process', 'module', 'Buffer', 'electron'].map((name) => typeof Reflect.get(globalThis, name)),
    )
    expect(new Set(types)).toEqual(new Set(['undefined']))
    const [window] = await desktop.windows()
    expect(window?.options.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    })
    expect(await desktop.call('calls', 'app.enableSandbox')).toEqual([true])
  })

  it('lets its pages reach nothing outside this computer', async () => {
    const outcome = (url: string) =>
      page.evaluate(
        (address) =>
          fetch(address, { mode: 'no-cors' }).then(
            () => 'reached',
            () => 'refused',
          ),
        url,
      )
    expect(await outcome('https://example.com/')).toBe('refused')
    // Also where the policy of the page would not stand in the way.
    for (const url of ['https://example.com/a.png', 'http://127.0.0.1:1/', 'ws://127.0.0.1:1/', 'file:///etc/passwd'])
      expect(await desktop.call('may-request', { id: 1, url })).toBe(false)
  })

  it('shows nobody the certificates of the person', async () => {
    expect(await desktop.call('client-certificate')).toBeNull()
  })

  it('registers its scheme as a secure origin that does not bypass the policy', async () => {
    const [schemes] = await desktop.call<{ scheme: string; privileges: Record<string, boolean> }[][]>(
      'calls',
      'protocol.registerSchemesAsPrivileged',
    )
    expect(schemes).toHaveLength(1)
    expect(schemes?.[0]).toMatchObject({ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } })
    expect(schemes?.[0]?.privileges.bypassCSP).toBeUndefined()
  })

  it('stays where it is when the page wants to leave, and opens the address in the browser', async () => {
    const before = page.url()
    await page.evaluate(() => void (window.location.href = 'https://example.com/navigated'))
    await expect.poll(() => desktop.call('calls', 'shell.openExternal')).toContain('https://example.com/navigated')
    expect(page.url()).toBe(before)
  })

  it('opens links for new windows in the browser, and nothing but web addresses', async () => {
    await page.evaluate(() => void window.open('https://example.com/popup'))
    await expect.poll(() => desktop.call('calls', 'shell.openExternal')).toContain('https://example.com/popup')
    await expect.poll(() => page.context().pages(), { timeout: 5_000 }).toHaveLength(1)
    expect(await desktop.call('may-open', { url: 'file:///etc/passwd' })).toBe(false)
    expect(await desktop.call('may-navigate', { id: 1, url: 'file:///etc/passwd', isMainFrame: true })).toBe(false)
    expect(await desktop.call<string[]>('calls', 'shell.openExternal')).not.toContain('file:///etc/passwd')
  })

  it.each([
    ['clipboard-sanitized-write', 'app://console/', true],
    ['fullscreen', 'app://console/', true],
    ['fullscreen', 'https://example.com/', false],
    ['screen-wake-lock', 'app://console/', true],
    ['media', 'app://console/', false],
    ['geolocation', 'app://console/', false],
    ['clipboard-read', 'app://console/', false],
    ['openExternal', 'app://console/', false],
  ])('permission %s for %s: %j', async (permission, url, allowed) => {
    const decide = async () => {
      const { asked, checked } = await desktop.call<{ asked: boolean; checked: boolean }>('permission', { permission, url })
      return [asked, checked]
    }
    expect(await decide()).toEqual([allowed, allowed])
  })

  it('speaks the language of the console in its menu', async () => {
    const labels = async () => (await desktop.call<{ label: string }[]>('menu')).map((item) => item.label)
    expect(await labels()).toEqual(['File', 'Edit', 'View', 'Settings', 'Window', 'Help'])
    await page.evaluate(() => void (document.documentElement.lang = 'zh-CN'))
    await expect.poll(labels).toEqual(['文件', '编辑', '视图', '设置', '窗口', '帮助'])
    await page.evaluate(() => void (document.documentElement.lang = 'en'))
    await expect.poll(labels).toEqual(['File', 'Edit', 'View', 'Settings', 'Window', 'Help'])
  })

  it('ends with its core when the last window closes, if it is not to keep running', async () => {
    await desktop.call('click-menu', ['Settings', 'Keep running without a window'])
    await desktop.call('close-window', { id: 1 }).catch(() => undefined)
    expect(await desktop.exited).toBe(0)
  })
})

describe('starting and ending', () => {
  it('ends at once when the console runs already', async () => {
    const second = new DesktopDouble({ env: { DOUBLE_SECOND_INSTANCE: '1' } })
    expect(await second.exited).toBe(0)
    expect(existsSync(join(second.dataDir, 'spacefort.db'))).toBe(false)
    await second.dispose()
  })

  it('stops the core on quit, so that the next start finds its data folder free; the key stays in the keychain', async () => {
    const first = new DesktopDouble({ env: { DOUBLE_KEYCHAIN: '1', DOUBLE_LOCALE: 'zh-CN' } })
    try {
      await first.page()
      await first.call('quit')
      expect(await first.exited).toBe(0)
      expect(existsSync(join(first.dataDir, 'secret.key.sealed'))).toBe(true)
      expect(existsSync(join(first.dataDir, 'secret.key'))).toBe(false)
      const again = new DesktopDouble({ dataDir: first.dataDir, env: { DOUBLE_KEYCHAIN: '1' } })
      try {
        expect(await (await again.page()).title()).toContain('Spacefort')
      } finally {
        await again.dispose()
      }
      const locked = new DesktopDouble({ dataDir: first.dataDir, env: { DOUBLE_KEYCHAIN: '0' } })
      expect(await locked.exited).toBe(1)
      expect(locked.output).toMatch(/sealed by the system's keychain, which is not available now/)
      await locked.dispose()
    } finally {
      await first.dispose()
    }
  })

  it('says why when the data folder is taken, and ends', async () => {
    const first = new DesktopDouble()
    try {
      await first.page()
      const second = new DesktopDouble({ dataDir: first.dataDir })
      expect(await second.exited).toBe(1)
      expect(second.output).toMatch(/\[Spacefort cannot start\] .*another core uses/)
      await second.dispose()
    } finally {
      await first.dispose()
    }
  })
})
