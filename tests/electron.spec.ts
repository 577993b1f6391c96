// The desktop shell in the real Electron: what the double in tests/desktop cannot show. Needs `npm run build` and the program.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, expect, test, type ElectronApplication, type Page } from '@playwright/test'

const ROOT = join(import.meta.dirname, '..')
const PATH_FILE = join(ROOT, 'node_modules/electron/path.txt')
const hasElectron = existsSync(PATH_FILE) && existsSync(join(ROOT, 'node_modules/electron/dist', readFileSync(PATH_FILE, 'utf8')))
const canShow = process.platform !== 'linux' || process.env.DISPLAY !== undefined || process.env.WAYLAND_DISPLAY !== undefined

test.describe('desktop shell in Electron', () => {
  test.skip(!hasElectron, 'the Electron program is not installed here; the shell runs on a double in tests/desktop')
  test.skip(!canShow, 'there is no display; run it under xvfb-run')

  let dataDir: string
  let desktop: ElectronApplication
  let page: Page

  test.beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'spacefort-electron-'))
    const sandbox = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []
    desktop = await _electron.launch({ args: [ROOT, ...sandbox], env: { ...definedEnvironment(), SPACEFORT_DATA: dataDir } })
    page = await desktop.firstWindow()
    await page.locator('main').first().waitFor()
  })

  test.afterAll(async () => {
    await desktop.close()
    rmSync(dataDir, { recursive: true, force: true })
  })

  test('shows the console at its own origin', async () => {
    expect(await page.evaluate(() => [window.location.origin, window.isSecureContext])).toEqual(['app://console', true])
    expect(await page.title()).toContain('Spacefort')
  })

  test('answers the window without a port and without signing in', async () => {
    const session = await page.evaluate(async () => ((await (await fetch('/api/v1/session')).json()) as { via: string }).via)
    expect(session).toBe('desktop')
  })

  test('streams events through the scheme', async () => {
    const received = await page.evaluate(async () => {
      const source = new EventSource('/api/v1/events/stream')
      const event = new Promise((resolve) => source.addEventListener('message', () => resolve('received')))
      await new Promise((resolve) => (source.onopen = resolve))
      await fetch('/api/v1/secrets/from-electron', {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ value: 'x' }),
      })
      const result = await event
      source.close()
      return result
    })
    expect(received).toBe('received')
  })

  test('gives the page no way to Node', async () => {
    expect(await page.evaluate(() => [typeof Reflect.get(window, 'require'), typeof Reflect.get(window, 'process')])).toEqual([
      'undefined',
      'undefined',
    ])
  })

  test('enforces the content security policy on the scheme', async () => {
    const blocked = await page.evaluate(
      () =>
        new Promise((resolve) => {
          document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => resolve(effectiveDirective))
          const script = document.createElement('script')
          script.textContent = 'window.injected = true'
          document.head.append(script)
        }),
    )
    expect(blocked).toMatch(/^script-src/)
  })

  test('keeps storage between pages of its origin', async () => {
    await page.evaluate(() => window.localStorage.setItem('spacefort.probe', 'kept'))
    await page.reload()
    expect(await page.evaluate(() => window.localStorage.getItem('spacefort.probe'))).toBe('kept')
  })

  test('refuses to leave the console', async () => {
    await desktop.evaluate(({ shell }) => {
      shell.openExternal = async (url) => void Reflect.set(globalThis, 'openedOutside', url)
    })
    await page.evaluate(() => void (window.location.href = 'https://example.com/away'))
    await expect.poll(() => desktop.evaluate(() => Reflect.get(globalThis, 'openedOutside') as string)).toBe('https://example.com/away')
    expect(page.url()).toMatch(/^app:\/\/console\//)
  })
})

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined))
}
