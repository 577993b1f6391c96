import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCertificates } from '../engines/certificates.ts'
import { DesktopDouble } from './double/launch.ts'
import { RemoteConsole } from './remote-console.ts'

describe('other consoles, on a double of Electron with real servers', () => {
  const remote = new RemoteConsole()
  const untrusted = new RemoteConsole()
  let desktop: DesktopDouble
  const settings = () => JSON.parse(readFileSync(join(desktop.dataDir, 'desktop/settings.json'), 'utf8')) as Record<string, unknown>
  const seen = async (id: number) => (await desktop.windows()).find((window) => window.id === id)
  const nextId = async () => Math.max(...(await desktop.windows()).map(({ id }) => id))

  /** Fills in the page that the menu opens; the answer is the page itself. */
  async function connect(address: string): Promise<Page> {
    await desktop.call('click-menu', ['File', 'Connect to a console…'])
    const page = await desktop.page(await nextId())
    await page.getByLabel('Address').fill(address)
    await page.getByRole('button', { name: 'Connect' }).click({ noWaitAfter: true })
    return page
  }

  beforeAll(async () => {
    createCertificates(untrusted.folder, ['127.0.0.1'])
    await remote.start()
    await untrusted.start('--tls-cert', join(untrusted.folder, 'server.pem'), '--tls-key', join(untrusted.folder, 'server-key.pem'))
    desktop = new DesktopDouble()
    await desktop.page()
  })
  afterAll(async () => {
    await Promise.all([desktop.dispose(), remote.dispose(), untrusted.dispose()])
  })

  it('are asked for on a page of the shell: no script, no preload, nothing from elsewhere', async () => {
    await desktop.call('click-menu', ['File', 'Connect to a console…'])
    const page = await desktop.page(2)
    expect(page.url()).toContain('shell.app.localhost')
    expect((await seen(2))?.options.webPreferences).toMatchObject({ sandbox: true, contextIsolation: true })
    expect((await seen(2))?.options.webPreferences.preload).toBeUndefined()
    const policy = (await page.reload())?.headers()['content-security-policy']
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^;]+; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/)
    expect(await page.evaluate(() => getComputedStyle(document.body).maxWidth)).toBe('560px')
    expect(await desktop.call('may-navigate', { id: 2, url: 'app://console/', isMainFrame: true })).toBe(false)
  })

  it.each([
    ['http://console.example:7420', 'Without https anybody on the way can read along'],
    ['javascript:alert(1)', 'This is not the address of a console'],
  ])('are not %s, and the page says why and keeps what was typed', async (address, reason) => {
    const page = await connect(address)
    await page.getByRole('alert').filter({ hasText: reason }).waitFor()
    expect(await page.getByLabel('Address').inputValue()).toBe(address)
  })

  it('are not opened by a form that is not the page’s own', async () => {
    const { host, port } = new URL((await desktop.page(2)).url())
    const forged = { headers: { host }, form: { address: remote.url, secret: 'guess' } }
    const answer = (await desktop.page(1)).request.post(`http://127.0.0.1:${port}/connect`, forged)
    expect((await answer).status()).toBe(400)
    expect(await desktop.windows()).toHaveLength(2)
  })

  it('open with their own sign-in, in a window that has no privileges and stays with them', async () => {
    await connect(remote.signInLink)
    await expect.poll(nextId).toBe(3)
    const page = await desktop.page(3)
    await page.locator('main').first().waitFor()
    await expect.poll(async () => await page.evaluate(async () => (await fetch('/api/v1/session')).status)).toBe(200)
    const window = await seen(3)
    expect(window?.options.webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
    })
    expect(window?.options.webPreferences.preload).toBeUndefined()
    expect(window?.options.webPreferences.session).toMatch(/^persist:remote-[0-9a-f]{24}$/)
    expect(window?.title).toMatch(new RegExp(`· ${new URL(remote.url).host}$`))
    expect(await desktop.windows()).toHaveLength(2)
    expect(await page.evaluate(() => typeof Reflect.get(globalThis, '__ipcSend'))).toBe('undefined')
  })

  it('reach nothing but themselves: no other address, not this computer’s console, no permission', async () => {
    const page = await desktop.page(3)
    const { session } = (await seen(3))?.options.webPreferences ?? {}
    for (const url of ['https://example.com/', 'app://console/', 'app://shell/connect', 'http://127.0.0.1:1/', 'file:///etc/passwd'])
      expect(await desktop.call('may-navigate', { id: 3, url, isMainFrame: true })).toBe(false)
    for (const url of ['https://example.com/a.js', untrusted.url, 'http://127.0.0.1:1/', 'ws://127.0.0.1:1/'])
      expect(await desktop.call('may-request', { id: 3, url })).toBe(false)
    expect(await desktop.call('may-request', { id: 3, url: `${remote.url}/api/v1/session` })).toBe(true)
    expect(await desktop.call('may-request', { id: 3, url: `${remote.url.replace('http', 'ws')}/x` })).toBe(true)
    const ask = (permission: string, url: string) => desktop.call('permission', { permission, url, partition: session })
    expect(await ask('fullscreen', `${remote.url}/`)).toEqual({ asked: true, checked: true })
    expect(await ask('fullscreen', 'app://console/')).toEqual({ asked: false, checked: false })
    expect(await ask('media', `${remote.url}/`)).toEqual({ asked: false, checked: false })
    await page.evaluate(() => void (window.location.href = 'https://example.com/away'))
    await expect.poll(() => desktop.call('calls', 'shell.openExternal')).toContain('https://example.com/away')
    expect(page.url()).toContain(remote.url)
  })

  it('are refused when their certificate is not trusted, with a page that says so and sends nothing', async () => {
    await connect(untrusted.url)
    await expect.poll(nextId).toBeGreaterThan(4)
    const page = await desktop.page(await nextId())
    await page.getByRole('heading', { name: 'This console cannot prove who it is' }).waitFor()
    await page.getByText('ERR_CERT_AUTHORITY_INVALID').waitFor()
    expect(await desktop.call('calls', 'certificate')).toEqual([{ address: `${untrusted.url}/`, trusted: false }])
    expect(await page.getByRole('link', { name: 'Try again' }).getAttribute('href')).toBe(`${untrusted.url}/#/`)
    await desktop.call('close-window', { id: await nextId() })
  })

  it('come back by themselves when they were away', async () => {
    await remote.stop()
    await desktop.call('focus-window', { id: 3 })
    await desktop.call('click-menu', ['File', 'New window'])
    const id = await nextId()
    const away = await desktop.page(id)
    await away.getByRole('heading', { name: 'This console does not answer' }).waitFor()
    await remote.start()
    await away.locator('nav').first().waitFor({ timeout: 30_000 })
    expect((await seen(id))?.url).toContain(remote.url)
    await desktop.call('close-window', { id })
  })

  it('are remembered without their secrets, opened again at the next start, and forgotten with their cookies', async () => {
    expect(await desktop.quit()).toBe(0)
    expect(JSON.stringify(settings())).not.toContain('code')
    expect(settings().remotes).toEqual([untrusted.url, remote.url])
    const windowsFile = readFileSync(join(desktop.dataDir, 'desktop/windows.json'), 'utf8')
    expect(windowsFile).toContain(remote.url)
    expect(windowsFile).not.toContain('code=')
    const again = new DesktopDouble({ dataDir: desktop.dataDir })
    try {
      await again.page(2)
      expect((await again.windows()).map(({ url }) => new URL(url).host).sort()).toEqual(['console', new URL(remote.url).host].sort())
      await again.call('click-menu', ['File', 'Connect to a console…'])
      const page = await again.page(3)
      const entry = page.getByRole('listitem').filter({ hasText: remote.url })
      await entry.getByRole('button', { name: 'Forget and sign out' }).click()
      await expect.poll(() => entry.count()).toBe(0)
      expect(settings().remotes).toEqual([untrusted.url])
      expect(await again.call('calls', 'session.clearStorageData')).toHaveLength(1)
      expect((await again.windows()).filter(({ url }) => url.startsWith(remote.url))).toEqual([])
    } finally {
      await again.dispose()
    }
  })

  it('can be what the desktop opens at start, without a core of its own until that is asked for', async () => {
    const thin = new DesktopDouble()
    try {
      await thin.page()
      await thin.call('click-menu', ['File', 'Connect to a console…'])
      const page = await thin.page(2)
      await page.getByLabel('Address').fill(remote.url)
      await page.getByLabel('Open it whenever Spacefort starts').check()
      await page.getByRole('button', { name: 'Connect' }).click({ noWaitAfter: true })
      await thin.page(3)
      await thin.call('close-window', { id: 1 })
      expect(await thin.quit()).toBe(0)
      const again = new DesktopDouble({ dataDir: thin.dataDir })
      try {
        await again.page()
        expect((await again.windows()).map(({ url }) => url.startsWith(remote.url))).toEqual([true])
        expect(await again.call('tray')).toMatchObject({ toolTip: 'Spacefort\nNo console runs on this computer' })
        await again.call('click-menu', ['File', 'Open', 'This computer'])
        await (await again.page(2)).locator('main').first().waitFor()
        await expect.poll(() => again.call<{ toolTip: string }>('tray')).toMatchObject({ toolTip: expect.stringContaining('No problems') })
      } finally {
        await again.dispose()
      }
    } finally {
      await thin.dispose()
    }
  })
})
