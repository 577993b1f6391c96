import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { App, Host, Instance } from '../../core/contract/index.ts'
import { ConsoleUnderTest, until } from './console-under-test.ts'

const PASSWORD = 'a long enough password'
const FAR = ['far1', 'far2']
  .map((name) => `- name: ${name}\n  connection:\n    kind: docker-socket\n    path: /run/spacefort-${name}.sock\n`)
  .join('')

const console_ = new ConsoleUnderTest()
let page: Page
const errors: string[] = []

const shop = () => console_.json<App>('app', 'show', 'shop')
const settled = (count: number) => until(shop, (app) => app.healthy === count && app.running === count)
const button = (name: string | RegExp) => page.getByRole('button', { name, ...(typeof name === 'string' ? { exact: true } : {}) })
const dialog = () => page.getByRole('dialog')
const field = () => page.getByRole('combobox', { name: /Find a host, app/ })
const option = (name: string) => page.getByRole('option', { name }).first()
const chosen = () => page.locator('[role="option"][aria-selected="true"]')
const guide = () => page.getByRole('region', { name: 'First steps' })
const hash = () => new URL(page.url()).hash
const onPage = (wanted: string) =>
  until(
    async () => hash(),
    (seen) => seen === wanted,
    10_000,
  )
const keys = async (...pressed: string[]) => {
  for (const key of pressed) await page.keyboard.press(key)
}
/** Opens the palette by keys, types, and waits until the wanted line is there. */
async function find(text: string, wanted: string): Promise<void> {
  await keys('Control+k')
  await field().fill(text)
  await option(wanted).waitFor()
}
async function signIn(as: Page, name: string): Promise<void> {
  await as.goto(`${console_.url}/#/sign-in`)
  await as.reload()
  await as.getByRole('textbox', { name: 'Name' }).fill(name)
  await as.locator('input[name="password"]').fill(PASSWORD)
  await as.getByRole('button', { name: 'Sign in', exact: true }).click()
  await as.getByRole('navigation').first().waitFor()
}
async function closeDialog(): Promise<void> {
  await keys('Escape')
  await dialog().waitFor({ state: 'hidden' })
}

beforeAll(async () => {
  await console_.serve()
  await console_.run(['user', 'add', 'ann', '--role', 'administrator'], { stdin: PASSWORD })
  await console_.run(['user', 'add', 'vera', '--role', 'viewer'], { stdin: PASSWORD })
  page = await console_.page()
  await page.context().clearCookies()
  await signIn(page, 'ann')
  page.on('pageerror', (error) => errors.push(error.message))
})
afterAll(async () => {
  await console_.run(['app', 'rm', 'shop', '--yes', '--wait'])
  await console_.dispose()
})

describe('first steps', () => {
  it('begin with what is so, and notice what a person does', async () => {
    await guide().getByText('2/6').waitFor()
    await button('Run the sample shop').first().click()
    await settled(3)
    await guide().getByText('3/6').waitFor()
  })

  it('lead to the dialog of the next step', async () => {
    await guide().getByRole('link', { name: 'Scale it' }).click()
    await dialog().getByRole('textbox').first().fill('4')
    await dialog().getByText('Starts 1 instance').first().waitFor()
    await dialog().getByRole('button', { name: 'Scale', exact: true }).click()
    await settled(4)
    await guide().getByText('4/6').waitFor()
  })

  it('see an instance stopped from the palette heal', async () => {
    const { items } = await console_.json<{ items: Instance[] }>('app', 'instances', 'shop')
    const { id } = items[0]!
    await find(id, id)
    await option(`Stop ${id}`).click()
    await onPage(`#/instances/${id}`)
    await dialog().getByRole('button', { name: 'Stop' }).click()
    await guide().getByText('6/6').waitFor({ timeout: 60_000 })
    await settled(4)
  })

  it('can be put away, and come back from the palette', async () => {
    await button('Close the first steps').click()
    await guide().waitFor({ state: 'hidden' })
    await find('first steps', 'First steps')
    await keys('Enter')
    await button('Show beside every page').click()
    await guide().waitFor()
  })
})

describe('command palette', () => {
  it('opens the same dialog as the page, with the keyboard alone, and leaves nothing in the address', async () => {
    await page.goto(`${console_.url}/#/events`)
    await find('scale sh', 'Scale shop')
    expect(await chosen().textContent()).toContain('Scale shop')
    await keys('Enter')
    await dialog().getByText('Instances wanted').waitFor()
    await onPage('#/apps/shop')
    await closeDialog()
  })

  it('marks what matched, and moves with the arrow keys', async () => {
    await find('shop', 'shop')
    await until(
      () => chosen().locator('mark').allTextContents(),
      (marks) => marks.join('') === 'shop',
    )
    const first = await field().getAttribute('aria-activedescendant')
    await keys('ArrowDown')
    expect(await field().getAttribute('aria-activedescendant')).not.toBe(first)
    await keys('ArrowUp', 'ArrowUp')
    expect(await chosen().count()).toBe(1)
    await closeDialog()
  })

  it('finds a host by its name, and what can be done with it', async () => {
    await find('drain work', 'Drain workstation')
    await closeDialog()
    await find('workst', 'workstation')
    await keys('Enter')
    await onPage('#/hosts/workstation')
  })

  it('shows what was used lately first', async () => {
    await find('dark theme', 'dark theme')
    await keys('Enter')
    await page.locator('html[data-theme="light"], html[data-theme="dark"]').waitFor()
    await keys('Control+k')
    const groups = page.getByRole('group')
    await groups.first().waitFor()
    expect(await groups.first().getAttribute('aria-label')).toBe('Recent')
    expect(await groups.first().getByRole('option').first().textContent()).toContain('workstation')
    await closeDialog()
  })

  it('speaks Chinese, and still understands English', async () => {
    await find('chinese', 'Switch to Chinese')
    await keys('Enter')
    await keys('Control+k')
    const hint = page.getByRole('combobox', { name: /查找主机/ })
    await hint.fill('扩缩容shop')
    await option('扩缩容 shop').waitFor()
    await hint.fill('scale shop')
    await option('扩缩容 shop').waitFor()
    await hint.fill('english')
    await option('切换到英文').click()
    await page.getByRole('heading', { name: 'workstation' }).waitFor()
  })

  it('says of an action that the role does not reach it', async () => {
    const context = await page.context().browser()!.newContext({ locale: 'en-GB' })
    const viewer = await context.newPage()
    await signIn(viewer, 'vera')
    await viewer.keyboard.press('Control+k')
    await viewer.getByRole('combobox').fill('scale shop')
    const line = viewer.getByRole('option', { name: /Scale shop/ })
    await line.getByText('Needs the role “Operator”').waitFor()
    expect(await line.getAttribute('aria-disabled')).toBe('true')
    await viewer.keyboard.press('Enter')
    expect(await viewer.getByRole('combobox').isVisible()).toBe(true)
    await context.close()
  })
})

describe('keyboard shortcuts', () => {
  it('go to pages, one key after the other', async () => {
    await keys('g', 'a')
    await onPage('#/apps')
    await keys('g', 'h')
    await onPage('#/hosts')
  })

  it('walk rows and open them', async () => {
    await page.locator('tbody a').first().waitFor()
    await keys('j', 'Enter')
    await onPage('#/hosts/workstation')
  })

  it('rest while a person types', async () => {
    await page.goto(`${console_.url}/#/apps`)
    const search = page.locator('main').getByRole('textbox').first()
    await search.fill('')
    await search.pressSequentially('ge?/')
    expect(await search.inputValue()).toBe('ge?/')
    expect(hash()).toContain('#/apps')
    expect(await dialog().count()).toBe(0)
    await search.fill('')
    await search.blur()
  })

  it('are listed in the language of the person', async () => {
    await keys('?')
    await dialog().getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor()
    await dialog().getByText('Deploy app').waitFor()
    await dialog().getByText('Topology', { exact: true }).waitFor()
    await closeDialog()
    await keys('/')
    await field().waitFor()
    await closeDialog()
  })
})

describe('places', () => {
  it('keep the search of a list in the address', async () => {
    await page.goto(`${console_.url}/#/apps?q=sho`)
    await page.locator('tbody').getByRole('link', { name: 'shop' }).waitFor()
    await page.goto(`${console_.url}/#/apps?q=nothing-like-it`)
    await page.getByText('Nothing matches “nothing-like-it”', { exact: false }).waitFor()
  })

  it('are favourites by one click, in the navigation and the palette, and still after a reload', async () => {
    await page.goto(`${console_.url}/#/apps/shop/revisions`)
    expect(await page.title()).toBe('shop · Revisions · Apps · Spacefort')
    await button('Add shop to the favourites').click()
    await page.reload()
    await page.getByRole('region', { name: 'Favourites' }).getByRole('link', { name: 'shop' }).click()
    await onPage('#/apps/shop')
    await keys('Control+k')
    await page.getByRole('group', { name: 'Favourites' }).getByRole('option', { name: 'shop' }).waitFor()
    await closeDialog()
  })

  it('are returned to with "back"', async () => {
    await keys('g', 'e')
    await onPage('#/events')
    await page.goBack()
    await onPage('#/apps/shop')
  })
})

describe('activity', () => {
  const row = () => page.getByRole('listitem').filter({ hasText: 'Scale shop up' })

  it('shows how far a change has come, and why it does not go on', async () => {
    await console_.run(['app', 'scale', 'shop', '900'])
    await button(/^Activity: 1 goes on/).click()
    await row().getByText('insufficient CPU').waitFor()
    const bar = row().getByRole('progressbar')
    expect(await bar.getAttribute('aria-valuemax')).toBe('900')
    await until(
      async () => Number(await bar.getAttribute('aria-valuenow')),
      (done) => done >= 4,
    )
  })

  it('is the same in another window and after a reload', async () => {
    const other = await page.context().newPage()
    await other.goto(`${console_.url}/#/activity`)
    await other.getByRole('listitem').filter({ hasText: 'Scale shop up' }).getByText('of 900 running').waitFor()
    await other.close()
    await page.reload()
    await button(/^Activity: 1 goes on/).click()
    await row().getByText('of 900 running').waitFor()
  })

  it('is taken back with the number that was before', async () => {
    await row().getByRole('button', { name: 'Cancel' }).click()
    await dialog().getByText('shop goes back to 4 instances.').waitFor()
    await dialog().getByRole('button', { name: 'Take back' }).click()
    await until(shop, (app) => app.wanted === 4)
    await settled(4)
    await page.goto(`${console_.url}/#/activity`)
    await page.getByRole('listitem').filter({ hasText: 'Scale shop down' }).getByText('Done').waitFor()
  })
})

describe('activity that does not get on', () => {
  const row = (name: string) => page.getByRole('listitem').filter({ hasText: name })
  const takeBack = async (name: string, consequence: string) => {
    await row(name).getByRole('button', { name: 'Cancel' }).click()
    await dialog().getByText(consequence).waitFor()
    await dialog().getByRole('button', { name: 'Take back' }).click()
    await dialog().waitFor({ state: 'hidden' })
  }

  it('is a change that can go back to the revision before', async () => {
    const { spec, revision } = await console_.json<App & { spec: object }>('app', 'show', 'shop')
    const broken = JSON.stringify({ ...spec, command: ['sh', '-c', 'exit 3'] })
    const applied = await console_.run(['app', 'apply', '-f', '-', '--yes'], { stdin: broken })
    expect(applied.code, applied.stderr).toBe(0)
    await row('Change shop').getByText('of 4 replaced').waitFor()
    await takeBack('Change shop', `shop goes back to revision ${revision}.`)
    await until(shop, (app) => app.revision === revision + 2)
    await settled(4)
  })

  it('is a drain that can be ended', async () => {
    // Instances that the update replaced stop on the host for a moment longer.
    await until(
      () => console_.json<Host>('host', 'show', 'workstation'),
      ({ instances }) => instances === 4,
    )
    await console_.run(['host', 'drain', 'workstation'])
    await row('Drain workstation').getByText('4 left of 4').waitFor()
    await takeBack('Drain workstation', 'workstation takes instances again')
    await row('Drain workstation').getByText('Cancelled').waitFor()
    expect((await console_.json<Host>('host', 'show', 'workstation')).scheduling).toBe('open')
  })
})

describe('notifications', () => {
  it('tell of hosts that do not answer, with their links, once each', async () => {
    await page.goto(`${console_.url}/#/notifications`)
    await button('Mark all as read').click()
    await button(/^Notifications: nothing new/).waitFor()
    const { code, stderr } = await console_.run(['host', 'import', '-f', '-'], { stdin: FAR })
    expect(code, stderr).toBe(0)
    await until(
      async () => (await console_.json<{ items: Host[] }>('host', 'ls')).items,
      (hosts) => hosts.filter(({ status }) => status === 'unreachable').length === 2,
    )
    await button(/^Notifications: 2 new/).click()
    await page.getByRole('link', { name: 'far1 does not answer' }).first().click()
    await onPage('#/hosts/far1')
    await button(/^Notifications: 1 new/).waitFor()
  })

  it('stay read after a reload, and can be muted', async () => {
    await page.reload()
    await button(/^Notifications: 1 new/).waitFor()
    await page.goto(`${console_.url}/#/notifications`)
    await button('Mute “far2 does not answer”').click()
    await button(/^Notifications: nothing new/).waitFor()
  })

  it('show the import with what came of it among the activities', async () => {
    await page.goto(`${console_.url}/#/activity`)
    await page.getByRole('listitem').filter({ hasText: 'Import 2 hosts' }).getByText('0 of 2 ready, 2 do not answer').waitFor()
  })
})

describe('the line to the console', () => {
  const banner = () => page.getByText('The line to the console is down')

  it('says so when it is lost, greys what is old, keeps what was typed, and comes back by itself', async () => {
    await page.goto(`${console_.url}/#/events`)
    await page.getByRole('textbox', { name: 'App' }).pressSequentially('sh')
    await console_.kill()
    await banner().waitFor()
    await page.getByText(/What you see is from/).waitFor()
    const filter = () =>
      page
        .locator('main > *')
        .first()
        .evaluate((shown) => getComputedStyle(shown).filter)
    expect(await filter()).toContain('grayscale')
    await console_.serve()
    await banner().waitFor({ state: 'hidden', timeout: 40_000 })
    expect(await filter()).toBe('none')
    expect(await page.getByRole('textbox', { name: 'App' }).inputValue()).toBe('sh')
  })

  it('asks to sign in again in place, and goes on where it was', async () => {
    await page.goto(`${console_.url}/#/settings/users`)
    await button('Add user').click()
    await dialog().getByRole('textbox').first().fill('half-typed')
    await page.context().clearCookies()
    const again = page.getByRole('dialog', { name: 'Please sign in again' })
    // Whatever asks the console next notices it; the summary in the top bar does with every event.
    await console_.run(['app', 'scale', 'shop', '3'])
    await again.waitFor()
    await page.keyboard.type('not the password')
    await keys('Enter')
    await again.getByText('Name or password is wrong').waitFor()
    await again.locator('input[name="password"]').fill(PASSWORD)
    await again.getByRole('button', { name: 'Sign in' }).click()
    await again.waitFor({ state: 'hidden' })
    expect(hash()).toBe('#/settings/users')
    expect(await dialog().getByRole('textbox').first().inputValue()).toBe('half-typed')
    await page.getByText('Live', { exact: true }).waitFor()
  })
})

it('did all that without an error in the browser', () => {
  expect(errors).toEqual([])
})
