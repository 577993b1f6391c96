import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { App, Revision } from '../../core/contract/index.ts'
import { ConsoleUnderTest, until } from './console-under-test.ts'

const console_ = new ConsoleUnderTest()
let page: Page
const errors: string[] = []

const shop = () => console_.json<App>('app', 'show', 'shop')
const settled = (count: number) => until(shop, (app) => app.healthy === count && app.running === count && app.outdated === 0)
const button = (name: string) => page.getByRole('button', { name, exact: true })
const dialog = () => page.getByRole('dialog')
/** The number the screen shows under a word, such as "Healthy". */
const fact = (word: string, value: number) =>
  page
    .locator('main')
    .getByText(new RegExp(`^${value}\\s*${word}$`))
    .or(
      page
        .locator('main')
        .locator('*', { has: page.getByText(word, { exact: true }), hasText: new RegExp(`^\\s*${value}\\s*${word}\\s*$`) }),
    )
    .first()
    .waitFor()

beforeAll(async () => {
  await console_.serve()
  page = await console_.page()
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => message.type() === 'error' && errors.push(`${message.text()} ${message.location().url}`))
})
afterAll(async () => {
  await console_.run(['app', 'rm', 'shop', '--yes', '--wait'])
  await console_.dispose()
})

// The journey of a person who never opens a terminal; each step stands on the one before.
describe('the console in a browser', () => {
  it('takes a newcomer from an empty console to a running application with one click', async () => {
    await button('Run the sample shop').click()
    await until(
      () => console_.run(['app', 'show', 'shop']),
      ({ code }) => code === 0,
    )
    await settled(3)
    await page.goto(`${console_.url}/#/apps/shop`)
    await fact('Healthy', 3)
  })

  it('scales from a dialog that says what will happen, and shows it live', async () => {
    await button('Scale').click()
    await dialog().getByRole('textbox').or(dialog().getByRole('spinbutton')).first().fill('5')
    await dialog().getByText('Starts 2 instances: 3 → 5.').waitFor()
    await dialog().getByRole('button', { name: 'Scale' }).click()
    await fact('Healthy', 5)
    expect((await shop()).wanted).toBe(5)
  })

  it('shows the lines of all instances in one view', async () => {
    await page
      .getByRole('tab', { name: 'Logs' })
      .or(page.getByText('Logs', { exact: true }))
      .first()
      .click()
    await page.getByText('listening').first().waitFor()
  })

  it('says why each instance is where it is, and why one more could go where', async () => {
    await page.getByText('Placement', { exact: true }).click()
    await page.getByText('Where one more instance could go').waitFor()
    await page.getByText('workstation').first().waitFor()
  })

  it('refuses a wrong specification with the field and what to write, and keeps what was typed', async () => {
    await button('Edit').click()
    await page.getByText('YAML', { exact: true }).click()
    const text = page.getByRole('textbox', { name: 'Specification (YAML or JSON)' })
    await text.waitFor()
    const good = (await text.locator('.cm-line').allInnerTexts()).map((line) => line.replace(/\n$/, '')).join('\n')
    await text.fill(good.replace(/cpu: .*/, 'cpu: lots'))
    const outcome = page.getByRole('complementary', { name: 'What applying does' })
    await outcome.getByText('resources.cpu').waitFor()
    await outcome.getByText(/write CPU as cores or millicores/).waitFor()
    expect(await text.innerText()).toContain('cpu: lots')
    await text.fill(good.replace("SHOP_STOCK: '1000'", "SHOP_STOCK: '77'").replace('SHOP_STOCK: "1000"', 'SHOP_STOCK: "77"'))
  })

  it('deploys a change after showing what it replaces', async () => {
    await page.getByText('env.SHOP_STOCK').waitFor()
    await page.getByText('5 instances are replaced, a few at a time, new before old').waitFor()
    await button('Apply').click()
    await until(shop, (app) => app.revision === 2)
    await settled(5)
  })

  it('rolls back to an earlier revision', async () => {
    await page.getByText('Revisions', { exact: true }).click()
    await page
      .getByRole('button', { name: /^(#|Revision )?1\b/ })
      .first()
      .click()
    await button('Roll back to this').click()
    await dialog().getByRole('button', { name: 'Roll back' }).click()
    await until(shop, (app) => app.revision === 3)
    await settled(5)
    const { items } = await console_.json<{ items: Revision[] }>('app', 'revisions', 'shop')
    expect(items.map(({ spec }) => spec.env.SHOP_STOCK)).toEqual(['1000', '77', '1000'])
  })

  it('restarts, stops and starts', async () => {
    await button('Restart').click()
    await dialog().getByRole('button', { name: 'Restart' }).click()
    await until(shop, (app) => app.outdated > 0 || app.starting > 0)
    await settled(5)
    await button('Stop').click()
    await dialog().getByRole('button', { name: 'Stop' }).click()
    await until(shop, (app) => app.status === 'stopped')
    await button('Start').click()
    await dialog().getByRole('button', { name: 'Start' }).click()
    await settled(5)
  })

  it('tells what happened, in Chinese as well', async () => {
    await page.goto(`${console_.url}/#/events`)
    await page.getByText('App runs as wanted').first().waitFor()
    await page
      .getByRole('button', { name: /中文|Chinese|language/i })
      .first()
      .click()
    await page.getByRole('heading', { name: '事件' }).waitFor()
    await page
      .getByRole('button', { name: /English|英文|语言/i })
      .first()
      .click()
    await page.getByRole('heading', { name: 'Events' }).waitFor()
  })

  it('shows the host with its instances, and cordons it', async () => {
    await page.goto(`${console_.url}/#/hosts/workstation`)
    await button('Cordon').click()
    await dialog()
      .getByRole('button', { name: 'Cordon' })
      .click({ timeout: 3000 })
      .catch(() => undefined)
    await until(
      () => console_.json<{ scheduling: string }>('host', 'show', 'workstation'),
      (host) => host.scheduling === 'cordoned',
    )
  })

  it('removes an app only after its name was typed', async () => {
    await page.goto(`${console_.url}/#/apps/shop`)
    await button('Remove').click()
    expect(await dialog().getByRole('button', { name: 'Remove' }).isDisabled()).toBe(true)
    await dialog().getByRole('textbox').fill('shop')
    await dialog().getByRole('button', { name: 'Remove' }).click()
    await until(
      () => console_.run(['app', 'show', 'shop']),
      ({ code }) => code === 3,
    )
  })

  it('did all that without an error in the browser', () => {
    // An app may be asked for in the very moment in which it goes; the browser itself reports the answer.
    expect(errors.filter((error) => !/404 .*\/api\/v1\/apps\/shop$/.test(error))).toEqual([])
  })
})
