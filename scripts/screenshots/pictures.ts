import type { Locator, Page } from 'playwright-core'

export interface Picture {
  /** File name without its ending; the guide refers to it. */
  name: string
  path: string
  /** Light, unless it is what a dark operations room shows. */
  theme?: 'dark' | 'light'
  /** What is done on the page before, by the names of both languages. */
  prepare?: (page: Page) => Promise<void>
  /** Less, where a page full of text would weigh too much. */
  heightPx?: number
  /** Whether the first steps are put away; not on the pictures of them. */
  quiet?: boolean
}

const button = (page: Page | Locator, name: RegExp) => page.getByRole('button', { name }).first()
const pressing = (name: RegExp) => async (page: Page) => {
  await button(page, name).click()
  await page.waitForTimeout(700)
}

/** Pictures of a data centre. `host` is one that is ready. */
export function poolPictures(host: string): Picture[] {
  return [
    { name: 'overview', path: '/', theme: 'dark' },
    { name: 'apps', path: '/apps' },
    { name: 'hosts', path: '/hosts' },
    { name: 'hosts-filter', path: '/hosts', prepare: pressing(/^(Filter|筛选)$/) },
    { name: 'bulk', path: '/hosts', prepare: selectSome },
    { name: 'host', path: `/hosts/${host}` },
    { name: 'drain', path: `/hosts/${host}`, prepare: pressing(/^(Drain|排空)$/) },
    { name: 'topology', path: '/topology', theme: 'dark' },
    { name: 'topology-graph', path: '/topology?view=graph', theme: 'dark' },
    { name: 'wall', path: '/wall', theme: 'dark' },
    { name: 'events', path: '/events' },
    { name: 'activity', path: '/activity' },
    { name: 'notifications', path: '/notifications' },
    { name: 'palette', path: '/', theme: 'dark', prepare: typeIntoPalette },
    { name: 'keys', path: '/', theme: 'dark', prepare: (page) => page.keyboard.press('?') },
  ]
}

/** Pictures of an app that really runs. `instance` is one of its instances. */
export function shopPictures(instance: string): Picture[] {
  return [
    { name: 'app', path: '/apps/shop' },
    { name: 'scale', path: '/apps/shop', prepare: scale },
    { name: 'app-instances', path: '/apps/shop/instances' },
    { name: 'logs', path: '/apps/shop/logs', theme: 'dark', heightPx: 600 },
    { name: 'logs-around', path: '/apps/shop/logs', heightPx: 680, prepare: pressing(/^(Around a moment|某一时刻前后)$/) },
    { name: 'terminal', path: '/apps/shop/terminal', theme: 'dark', prepare: useTerminal },
    { name: 'placement', path: '/apps/shop/placement' },
    { name: 'revisions', path: '/apps/shop/revisions' },
    { name: 'instance', path: `/instances/${instance}` },
    { name: 'deploy', path: '/deploy' },
    { name: 'yaml', path: '/apps/shop/edit', prepare: (page) => page.getByText('YAML', { exact: true }).click() },
    { name: 'add-host', path: '/hosts/_add' },
    { name: 'import', path: '/hosts/_import', prepare: importExample },
    { name: 'connection', path: '/hosts/rack2-node7/connection', prepare: pressing(/^(Test connection|测试连接)$/) },
    { name: 'settings', path: '/settings/tokens' },
    { name: 'doctor', path: '/settings/about', prepare: pressing(/^(Run the checks|运行检查|开始检查)$/) },
    { name: 'first-steps', path: '/guide', quiet: false },
  ]
}

async function selectSome(page: Page): Promise<void> {
  for (const index of [2, 3, 4]) await page.locator('tbody input[type=checkbox]').nth(index).click()
}

async function typeIntoPalette(page: Page): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.keyboard.type('orders', { delay: 30 })
  await page.waitForTimeout(900)
}

async function scale(page: Page): Promise<void> {
  await button(page, /^(Scale|扩缩容)$/).click()
  await page.getByRole('dialog').getByRole('textbox').fill('6')
  await page.waitForTimeout(900)
}

async function useTerminal(page: Page): Promise<void> {
  await button(page, /^(Open a terminal|打开终端)$/).click()
  await page.locator('.xterm').first().waitFor()
  await page.waitForTimeout(1500)
  for (const line of ["PS1='shop$ '; clear", 'ls -l', 'echo $SHOP_STOCK']) {
    await page.keyboard.type(`${line}\n`)
    await page.waitForTimeout(500)
  }
}

async function importExample(page: Page): Promise<void> {
  await button(page, /^(Insert an example|插入示例)$/).click()
  await button(page, /^(Preview|预览)$/).click()
  await page.waitForTimeout(1200)
}
