import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DesktopDouble } from './double/launch.ts'
import { PROGRAM } from './remote-console.ts'

interface TraySeen {
  icon: string
  toolTip: string
  items: string[]
}

interface NotificationSeen {
  title: string
  body: string
  closed: boolean
}

const ALERT_WITHIN_MS = 45_000

describe('tray, notifications and the command line, on a double of Electron with a real core', () => {
  let desktop: DesktopDouble
  const tray = () => desktop.call<TraySeen>('tray')
  const notifications = () => desktop.call<NotificationSeen[]>('notifications')
  /** The command line as a person uses it on this computer: it finds the console by itself. */
  const cli = async (...args: string[]) => {
    const program = join(PROGRAM, 'out/main/cli.js')
    const env = {
      ...process.env,
      SPACEFORT_DATA: desktop.dataDir,
      XDG_CONFIG_HOME: desktop.dataDir,
    }
    return promisify(execFile)(process.execPath, [program, ...args], { env })
  }
  /** A machine at a port where nobody listens. */
  const addUnreachable = async (name: string) => {
    const body = JSON.stringify({
      name,
      connection: { kind: 'ssh', ssh: { address: '127.0.0.1', port: 1, user: 'nobody', password: 'x' } },
    })
    const status = (await desktop.page()).evaluate(async (json) => {
      const headers = { 'content-type': 'application/json' }
      return (await fetch('/api/v1/hosts', { method: 'POST', headers, body: json })).status
    }, body)
    expect(await status).toBeLessThan(300)
  }

  beforeAll(async () => {
    desktop = new DesktopDouble()
    await (await desktop.page()).locator('main').first().waitFor()
  })
  afterAll(() => desktop.dispose())

  it('says that all is well, in the tray', async () => {
    await expect.poll(tray).toMatchObject({ icon: 'ok.png', toolTip: 'Spacefort\nNo problems. Hosts ready: 1, applications running: 0' })
  })

  it('can be reached by the command line of the same person, until that is switched off', async () => {
    expect((await cli('host', 'ls')).stdout).toContain('workstation')
    const file = join(desktop.dataDir, 'server.json')
    await desktop.call('click-menu', ['Settings', 'Let the command line and browsers of this computer connect'])
    await expect.poll(() => existsSync(file)).toBe(false)
    await expect(cli('host', 'ls')).rejects.toThrow(/no server is known/)
    await desktop.call('click-menu', ['Settings', 'Let the command line and browsers of this computer connect'])
    await expect.poll(() => existsSync(file)).toBe(true)
    expect((await cli('host', 'ls')).stdout).toContain('workstation')
  })

  it('shows what is wrong, in the language of the console, each with its page', async () => {
    await addUnreachable('lost-1')
    await expect
      .poll(tray, { timeout: ALERT_WITHIN_MS })
      .toMatchObject({ icon: 'warning.png', toolTip: expect.stringContaining('lost-1 is unreachable') })
    const page = await desktop.page()
    await page.evaluate(() => void (document.documentElement.lang = 'zh-CN'))
    await expect
      .poll(async () => (await tray()).items)
      .toEqual(['1 个问题', '▲ lost-1 无法连接', '-', '打开控制台', '新建窗口', '勿扰', '-', '退出'])
    await desktop.call('click-tray', '▲ lost-1 无法连接')
    await expect.poll(async () => (await desktop.windows())[0]?.url).toBe('app://console/#/hosts/lost-1')
    await page.evaluate(() => void (document.documentElement.lang = 'en'))
    await expect.poll(async () => (await tray()).items[0]).toBe('1 problem')
  })

  it('notifies once of what lasts; the click leads to it', async () => {
    await expect
      .poll(notifications, { timeout: ALERT_WITHIN_MS })
      .toMatchObject([{ title: 'lost-1 is unreachable', urgency: 'normal', closed: false }])
    await (await desktop.page()).evaluate(() => void (window.location.hash = '#/'))
    await expect.poll(async () => (await desktop.windows())[0]?.url).toBe('app://console/#/')
    await desktop.call('click-notification', 0)
    await expect.poll(async () => (await desktop.windows())[0]?.url).toBe('app://console/#/hosts/lost-1')
  })

  it('keeps quiet when that is wanted, and still shows it in the tray', async () => {
    await desktop.call('click-menu', ['Settings', 'Do not disturb'])
    await addUnreachable('lost-2')
    await expect.poll(async () => (await tray()).toolTip, { timeout: ALERT_WITHIN_MS }).toContain('lost-2 is unreachable')
    await new Promise((resolve) => setTimeout(resolve, 12_000))
    expect(await notifications()).toHaveLength(1)
    await desktop.call('click-tray', 'Do not disturb')
  })

  it('goes on in the tray without a window, and says so once', async () => {
    await desktop.call('close-window', { id: 1 })
    expect((await notifications()).map(({ title }) => title)).toEqual(['lost-1 is unreachable', 'Spacefort keeps running'])
    await desktop.call('click-tray', 'Open console')
    await desktop.page(2)
    await desktop.call('close-window', { id: 2 })
    expect(await notifications()).toHaveLength(2)
    await desktop.call('click-tray', 'Quit').catch(() => undefined)
    expect(await desktop.exited).toBe(0)
    expect(existsSync(join(desktop.dataDir, 'server.json'))).toBe(false)
  })
})
