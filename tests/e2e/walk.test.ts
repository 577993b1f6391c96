import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { App, Host, Instance, Revision } from '../../core/contract/index.ts'
import { launchBrowser } from '../support/browser.ts'
import { servePool } from '../support/pool-server.ts'
import { ConsoleUnderTest, until } from './console-under-test.ts'
import { walkKeyboard } from './walk/walk-keyboard.ts'
import { messageAreas, walkedPaths } from './walk/walked-routes.ts'
import { Walker } from './walk/walker.ts'

const BROKEN = { name: 'broken', command: ['sh', '-c', 'echo cannot open the ledger; exit 3'], resources: { cpu: '10m', memory: '32Mi' } }
const FAR = '- name: far\n  connection: { kind: docker-socket, path: /run/no-such-engine.sock }\n'
const COLOURS_ONLY = ['color-contrast']

const console_ = new ConsoleUnderTest()
let page: Page
let paths: string[]
let walker: Walker
let second: Walker

async function succeed(args: readonly string[], options: { stdin?: string } = {}): Promise<void> {
  const ran = await console_.run(args, options)
  expect(ran.code, ran.stderr).toBe(0)
}

/** A walker in a window of its own, signed in as the person of `page` is: two go at the same time, since most of it is waiting. */
async function another(page: Page): Promise<Walker> {
  const storageState = await page.context().storageState()
  const context = await page
    .context()
    .browser()!
    .newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', storageState })
  const own = await context.newPage()
  await own.goto(new URL(page.url()).origin)
  await own.getByRole('navigation').first().waitFor({ timeout: 90_000 })
  return new Walker(own, await messageAreas())
}

interface Look {
  locale: string
  theme: string
  rules?: readonly string[]
}
async function walkAll(by: Walker, places: readonly string[], { locale, theme, rules }: Look): Promise<string[]> {
  await by.dress(locale, theme)
  const faults: string[] = []
  for (const path of places) faults.push(...(await by.walk(path, rules)).map((fault) => `${locale}, ${theme}: ${fault}`))
  return faults
}

beforeAll(async () => {
  await console_.serve()
  await succeed(['sample', 'shop', '--apply', '--yes', '--wait'])
  await succeed(['host', 'import', '-f', '-'], { stdin: FAR })
  const { items: revisions } = await console_.json<{ items: Revision[] }>('app', 'revisions', 'shop')
  await succeed(['app', 'apply', '-f', '-', '--yes'], { stdin: JSON.stringify({ ...BROKEN, artifact: revisions[0]?.spec.artifact }) })
  await until(
    () => console_.json<App>('app', 'show', 'broken'),
    ({ status }) => status === 'down',
  )
  await until(
    () => console_.json<Host>('host', 'show', 'far'),
    ({ status }) => status === 'unreachable',
  )
  const { items } = await console_.json<{ items: Instance[] }>('app', 'instances', 'shop')
  paths = await walkedPaths({ apps: ['shop', 'broken'], hosts: ['workstation', 'far'], instances: [items[0]!.id] })
  page = await console_.page()
  walker = new Walker(page, await messageAreas())
  second = await another(page)
})
afterAll(async () => {
  for (const app of ['shop', 'broken']) await console_.run(['app', 'rm', app, '--yes', '--wait'])
  await console_.dispose()
})

describe('a console with an app that runs, one that fails, and a host that does not answer', () => {
  const looks: { name: string; one: Look; other: Look }[] = [
    { name: 'each language', one: { locale: 'en', theme: 'dark' }, other: { locale: 'zh-CN', theme: 'light' } },
    {
      name: 'the other theme of each',
      // The other rules do not depend on colours.
      one: { locale: 'en', theme: 'light', rules: COLOURS_ONLY },
      other: { locale: 'zh-CN', theme: 'dark', rules: COLOURS_ONLY },
    },
  ]
  it.each(looks)('has nothing wrong on any page ($name)', { timeout: 300_000 }, async ({ one, other }) => {
    const faults = await Promise.all([walkAll(walker, paths, one), walkAll(second, paths, other)])
    expect(faults.flat()).toEqual([])
  })

  it('has nothing wrong in the dialogs of its actions, and leaves them with Escape', { timeout: 300_000 }, async () => {
    await walker.dress('en', 'light')
    const faults: string[] = []
    for (const path of ['/apps', '/apps/broken', '/hosts', '/hosts/far', '/settings']) faults.push(...(await walker.walkDialogs(path)))
    expect(faults).toEqual([])
  })

  it('is reached with the keyboard, every control of it, and shows where the focus is', { timeout: 300_000 }, async () => {
    await walker.dress('en', 'dark')
    const faults: string[] = []
    for (const path of paths) {
      await walker.open(path)
      faults.push(...(await walkKeyboard(page, path === '/' ? 'body' : 'main')).map((fault) => `${path}: ${fault}`))
    }
    expect(faults).toEqual([])
  })
})

describe('a console with 3,000 hosts and 3,000 apps', () => {
  it('has nothing wrong on the pages that show them all', { timeout: 300_000 }, async () => {
    const pool = await servePool({ hosts: 3000, apps: 3000, instances: 12_000 })
    const browser = await launchBrowser()
    try {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' })
      const crowded = await context.newPage()
      await crowded.goto(pool.signInLink)
      await crowded.getByRole('navigation').first().waitFor({ timeout: 90_000 })
      const crowd = new Walker(crowded, await messageAreas())
      const lists = paths.filter((one) => one.split('/').length === 2)
      const faults = await Promise.all([
        walkAll(crowd, lists, { locale: 'en', theme: 'dark', rules: COLOURS_ONLY }),
        walkAll(await another(crowded), lists, { locale: 'zh-CN', theme: 'light', rules: COLOURS_ONLY }),
      ])
      expect(faults.flat()).toEqual([])
    } finally {
      await browser.close()
      await pool.dispose()
    }
  })
})
