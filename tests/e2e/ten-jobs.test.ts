import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FakeDockerHost } from '../support/fake-docker.ts'
import type { App, Revision } from '../../core/contract/index.ts'
import { ConsoleUnderTest, ROOT, until } from './console-under-test.ts'

const console_ = new ConsoleUnderTest()
const dir = mkdtempSync(join(tmpdir(), 'spacefort-jobs-'))
const second = new FakeDockerHost({ name: 'rack1-node1', socket: join(dir, 'docker.sock'), cpuMillis: 4000, memoryBytes: 8 * 2 ** 30 })
const figures: { job: string; clicks: number; typed: number; seconds: number }[] = []
let page: Page

/** A person's hand: counts what it does. */
class Hand {
  clicks = 0
  typed = 0
  async click(target: Locator): Promise<void> {
    this.clicks++
    await target.click()
  }
  async type(target: Locator, text: string): Promise<void> {
    this.typed++
    await target.fill(text)
  }
}

const button = (name: string) => page.getByRole('button', { name, exact: true })
const link = (name: string) => page.getByRole('link', { name, exact: true })
const tab = (name: string) => page.getByRole('tab', { name, exact: true })
const inDialog = (name: string) => page.getByRole('dialog').getByRole('button', { name, exact: true })
const shop = () => console_.json<App>('app', 'show', 'shop')

/** Does one job from the overview on, until its result is on the screen. */
async function job(name: string, work: (hand: Hand) => Promise<unknown>): Promise<void> {
  await page.goto(`${console_.url}/#/`)
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  const hand = new Hand()
  const startedAt = performance.now()
  await work(hand)
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10
  figures.push({ job: name, clicks: hand.clicks, typed: hand.typed, seconds })
  expect({ job: name, clicks: hand.clicks, typed: hand.typed }).toEqual({ job: name, ...documented(name) })
}

/** What the comparison says of ours: "| job | clicks + fields | …". */
function documented(name: string): { clicks: number; typed: number } {
  const row = readFileSync(join(ROOT, 'docs/comparison.md'), 'utf8')
    .split('\n')
    .find((line) => line.startsWith(`| ${name} |`))
  const [clicks, typed] = (row?.split('|')[2] ?? '').split('+').map((part) => Number.parseInt(part, 10))
  return { clicks: clicks ?? -1, typed: typed ?? 0 }
}

beforeAll(async () => {
  await second.listen()
  await console_.serve()
  page = await console_.page()
})
afterAll(async () => {
  mkdirSync(join(ROOT, 'test-results'), { recursive: true })
  writeFileSync(join(ROOT, 'test-results/ten-jobs.json'), JSON.stringify(figures, null, 2))
  for (const app of ['shop', 'ticker']) await console_.run(['app', 'rm', app, '--yes', '--wait'])
  await console_.dispose()
  second.cutOff()
  rmSync(dir, { recursive: true, force: true })
})

// The same pool throughout: each job finds what the one before left.
describe('the ten jobs of the comparison take as many clicks as it says', () => {
  it('run a first app', () =>
    job('Run a first app', async (hand) => {
      await hand.click(button('Run the sample shop').first())
      await page.getByText('3 of 3 healthy').or(page.getByText('1/1 apps healthy')).first().waitFor({ timeout: 60_000 })
    }))

  it('deploy an app from YAML', async () => {
    const { items } = await console_.json<{ items: Revision[] }>('app', 'revisions', 'shop')
    const yaml = JSON.stringify({
      name: 'ticker',
      artifact: items[0]?.spec.artifact,
      command: ['sh', '-c', 'while :; do echo tick; sleep 1; done'],
    })
    await job('Deploy an app from YAML', async (hand) => {
      await hand.click(link('Apps'))
      await hand.click(button('Deploy app'))
      await hand.click(page.getByText('YAML', { exact: true }))
      await hand.type(page.getByRole('textbox', { name: 'Specification (YAML or JSON)' }), yaml)
      await hand.click(button('Apply'))
      await page.getByRole('heading', { name: 'ticker' }).waitFor()
    })
  })

  it('scale', () =>
    job('Scale an app', async (hand) => {
      await hand.click(link('Apps'))
      await hand.click(link('shop'))
      await hand.click(button('Scale'))
      await hand.type(page.getByRole('dialog').getByRole('textbox'), '5')
      await hand.click(inDialog('Scale'))
      await until(shop, (app) => app.healthy === 5)
    }))

  it('read the logs of all instances', () =>
    job('Read the logs of all instances', async (hand) => {
      await hand.click(link('Apps'))
      await hand.click(link('shop'))
      await hand.click(tab('Logs'))
      await page.getByText('listening').first().waitFor()
    }))

  it('open a shell in an instance', () =>
    job('Open a shell in an instance', async (hand) => {
      await hand.click(link('Apps'))
      await hand.click(link('shop'))
      await hand.click(tab('Terminal'))
      await hand.click(button('Open a terminal'))
      await page.locator('.xterm').first().waitFor()
    }))

  it('find out why an instance is where it is', () =>
    job('See why it runs there, and why not elsewhere', async (hand) => {
      await hand.click(link('Apps'))
      await hand.click(link('shop'))
      await hand.click(tab('Placement'))
      await page.getByText('Where one more instance could go').waitFor()
    }))

  it('roll back', async () => {
    const { items } = await console_.json<{ items: Revision[] }>('app', 'revisions', 'shop')
    const changed = { ...items[0]?.spec, env: { SHOP_STOCK: '77' } }
    expect((await console_.run(['app', 'apply', '-f', '-', '--yes'], { stdin: JSON.stringify(changed) })).code).toBe(0)
    await job('Roll back to the revision before', async (hand) => {
      await hand.click(link('Apps'))
      await hand.click(link('shop'))
      await hand.click(tab('Revisions'))
      await hand.click(page.getByRole('button', { name: /^Revision 1\b/ }))
      await hand.click(button('Roll back to this'))
      await hand.click(inDialog('Roll back'))
      await until(shop, (app) => app.revision === 3)
    })
  })

  it('restart all instances', () =>
    job('Restart all instances, a few at a time', async (hand) => {
      await hand.click(link('Apps'))
      await hand.click(link('shop'))
      await hand.click(button('Restart'))
      await hand.click(inDialog('Restart'))
      await until(shop, (app) => app.outdated > 0 || app.starting > 0)
    }))

  it('add a host', () =>
    job('Add a host', async (hand) => {
      await hand.click(link('Hosts'))
      await hand.click(button('Add host'))
      await hand.click(page.getByText('Docker on this machine').or(page.locator('input[value=docker-socket] + svg')).first())
      await hand.click(button('Continue'))
      await hand.type(page.getByLabel(/^Name/), second.name)
      await hand.type(page.getByLabel(/^Socket/), join(dir, 'docker.sock'))
      await hand.click(button('Continue'))
      await page.getByText('The connection works.').waitFor()
      await hand.click(button('Continue'))
      await hand.click(page.getByRole('main').getByRole('button', { name: 'Add host' }))
      await page.getByText(`${second.name} was added`).waitFor()
    }))

  it('take a host out of service', () =>
    job('Empty a host for maintenance', async (hand) => {
      await hand.click(link('Hosts'))
      await hand.click(link(second.name))
      await hand.click(button('Drain'))
      await hand.click(inDialog('Drain'))
      await page.locator('[data-status=draining], [data-status=drained]').first().waitFor()
    }))
})
