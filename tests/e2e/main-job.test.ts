import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { App, Event, Host, Instance } from '../../core/contract/index.ts'
import { engineSocket, heal, labDown, labUp, partition, type Lab } from '../../lab/index.ts'
import { ConsoleUnderTest, ROOT, until } from './console-under-test.ts'
import { Transcript } from './transcript.ts'

const WRITE_DOCS = process.env.SPACEFORT_WRITE_DOCS === '1'
const SHOP = 'resources/samples/shop/shop.yaml'

const t = new Transcript()
const console_ = new ConsoleUnderTest()
let lab: Lab

/** Runs a command as a person would, and keeps it for the documentation. */
async function type(...args: string[]) {
  const ran = await console_.run(args)
  t.ran(args, ran)
  expect(ran, ran.stderr).toMatchObject({ code: 0 })
  return ran.stdout
}

const shop = () => console_.json<App>('app', 'show', 'shop')
const items = async <T>(...args: string[]) => (await console_.json<{ items: T[] }>(...args)).items
const instances = () => items<Instance>('app', 'instances', 'shop')
const hosts = () => items<Host>('host', 'ls')
const healthy = async (count: number) => {
  await until(shop, (app) => app.healthy === count && app.running === count && app.outdated === 0)
  await until(instances, (list) => list.length === count)
}

async function perHost(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { host } of await instances()) counts[host] = (counts[host] ?? 0) + 1
  return counts
}

beforeAll(async () => {
  await labDown()
  await console_.serve()
})

afterAll(async () => {
  if (WRITE_DOCS) t.write(join(ROOT, 'docs/main-job.md'))
  await console_.run(['app', 'rm', 'shop', '--yes', '--wait'])
  await console_.dispose()
  await labDown()
})

// One story in order: each step stands on the one before.
describe('the main job', () => {
  it('runs the sample shop on this workstation, with nothing added', async () => {
    t.say(
      '# The main job on real hosts\n\nWhat a newcomer does in the first minutes, with the real output: written by the end-to-end test that proves it.',
    )
    t.say('## On this workstation\n\nAfter `npm start`, this workstation is the first host.')
    await until(hosts, (list) => list[0]?.status === 'ready')
    await type('host', 'ls')
    const sample = await console_.run(['sample', 'shop', '--apply', '--yes', '--wait'])
    expect(sample.code, sample.stderr).toBe(0)
    t.ran(['sample', 'shop', '--apply', '--yes', '--wait'], { ...sample, stdout: '', stderr: 'shop: 3 of 3 healthy' })
    await type('app', 'instances', 'shop')
    const [first] = await instances()
    const page = await fetch(`http://127.0.0.1:${first?.ports[0]?.hostPort}/`)
    expect(await page.text()).toContain(first?.id)
  })

  it('shows it in the console, in a real browser', async () => {
    const page = await console_.page()
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(error.message))
    await page.goto(`${console_.url}/#/apps/shop`)
    for (const { address, ports } of await instances()) await page.getByText(`${address}:${ports[0]?.hostPort}`).waitFor()
    await page.getByRole('heading', { name: 'shop' }).waitFor()
    if (WRITE_DOCS) await page.screenshot({ path: join(ROOT, 'docs/images/app.png') })
    expect(errors).toEqual([])
    await page.context().close()
  })

  it('adds four real hosts: two Docker over TLS, one Docker through SSH, one process host over SSH', async () => {
    await type('app', 'rm', 'shop', '--yes', '--wait')
    t.say(
      '## On four hosts\n\nA lab of real hosts on one machine (`npm run lab -- up --hosts 4`) writes an inventory. Two hosts run Docker over TLS, one Docker through SSH, one plain processes over SSH.',
    )
    lab = await labUp({ hosts: 4 })
    const report = await type('host', 'import', '-f', lab.inventoryPath)
    t.say('') // keeps the page readable between two commands
    expect(report).toContain('lab4')
    await until(hosts, (list) => list.length === 5 && list.every(({ status }) => status === 'ready'))
    await type('host', 'test', 'lab3')
    await type('host', 'cordon', 'workstation')
    await type('host', 'ls')
  })

  it('spreads twelve instances over them, says why, and answers on every one', async () => {
    t.say('## Twelve instances')
    const applied = await console_.run(['app', 'apply', '-f', join(ROOT, SHOP), '--yes', '--wait'])
    expect(applied.code, applied.stderr).toBe(0)
    t.ran(['app', 'apply', '-f', SHOP, '--yes', '--wait'], { ...applied, stdout: '', stderr: 'shop: 3 of 3 healthy' })
    await type('app', 'scale', 'shop', '12', '--wait')
    await healthy(12)
    await type('app', 'instances', 'shop')
    expect(await perHost()).toEqual({ lab1: 3, lab2: 3, lab3: 3, lab4: 3 })
    for (const { address, ports, id } of await instances()) {
      const answer = await fetch(`http://${address}:${ports[0]?.hostPort}/`)
      expect(await answer.text()).toContain(id)
    }
    await type('app', 'explain', 'shop')
    await type('app', 'logs', 'shop', '--tail', '1')
    await type('app', 'top', 'shop')
  })

  it('scales to thirty and back', async () => {
    t.say('## To thirty and back')
    await type('app', 'scale', 'shop', '30', '--wait')
    await healthy(30)
    const counts = Object.values(await perHost())
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
    await type('app', 'scale', 'shop', '12', '--wait')
    await healthy(12)
    expect(await perHost()).toEqual({ lab1: 3, lab2: 3, lab3: 3, lab4: 3 })
  })

  it('survives the loss of a host, and removes the surplus when it returns', async () => {
    t.say('## A host is cut off\n\n`npm run lab -- partition lab1`: its link is down, its containers go on running.')
    await partition('lab1')
    await until(hosts, (list) => list.find(({ name }) => name === 'lab1')?.status === 'unreachable')
    await until(instances, (list) => list.filter(({ host, health }) => host !== 'lab1' && health === 'healthy').length === 12)
    await type('host', 'ls')
    await type('app', 'instances', 'shop')
    t.say('`npm run lab -- heal lab1`: it returns, and what is now too much is removed.')
    await heal('lab1')
    await until(hosts, (list) => list.find(({ name }) => name === 'lab1')?.status === 'ready')
    await healthy(12)
    await type('app', 'ls')
    const { stdout } = await console_.run(['events', '--kind', 'instance.stopping', '--tail', '3', '--json'])
    const stopped = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Event)
    expect(stopped.map(({ data }) => data.cause)).toEqual(['surplus', 'surplus', 'surplus'])
  })

  it('loses nothing when the core is killed: not one instance is restarted', async () => {
    t.say('## The core is killed\n\n`kill -9`, then started again on the same data folder.')
    const before = (await instances()).map(({ id, startedAt }) => ({ id, startedAt }))
    await console_.kill()
    await console_.serve()
    await healthy(12)
    const after = (await instances()).map(({ id, startedAt }) => ({ id, startedAt }))
    expect(after).toEqual(before)
    await type('app', 'ls')
    await type('events', '--tail', '6')
    expect(await console_.json<{ ok: boolean }>('doctor')).toMatchObject({ ok: true })
  })

  it('replaces an instance that somebody kills by hand', async () => {
    const victim = (await instances()).find(({ host }) => host === 'lab1')
    await type('app', 'exec', victim?.id ?? '', '--', 'sh', '-c', 'kill -9 $(pidof node)')
    await until(instances, (list) => list.length === 12 && !list.some(({ id }) => id === victim?.id))
    await healthy(12)
  })

  it('drains a host: everything moves first', async () => {
    t.say('## A host is drained')
    await type('host', 'drain', 'lab4', '--wait')
    expect((await perHost()).lab4).toBeUndefined()
    await healthy(12)
    await type('host', 'ls')
    await type('host', 'uncordon', 'lab4')
  })

  it('rolls to a new version and back without going below the wanted number', async () => {
    t.say('## A new version, and back')
    let least = Infinity
    const watch = setInterval(() => void shop().then(({ healthy: count }) => (least = Math.min(least, count))), 500)
    const spec = await console_.json<{ spec: object }>('app', 'show', 'shop')
    const changed = JSON.stringify({ ...spec.spec, env: { SHOP_STOCK: '500', SHOP_VERSION: '2.0.0' } })
    const applied = await console_.run(['app', 'apply', '-f', '-', '--yes', '--wait'], { stdin: changed })
    t.ran(['app', 'apply', '-f', '-', '--yes', '--wait'], applied)
    expect(applied.code, applied.stderr).toBe(0)
    await healthy(12)
    const [one] = await instances()
    expect(await (await fetch(`http://${one?.address}:${one?.ports[0]?.hostPort}/`)).text()).toContain('2.0.0')
    await type('app', 'rollback', 'shop', '1', '--wait')
    await healthy(12)
    clearInterval(watch)
    const unhealthy = (await console_.run(['events', '--kind', 'instance', '--tail', '120'])).stdout
    expect(least, unhealthy).toBeGreaterThanOrEqual(12)
  })

  it('leaves nothing on the hosts when the app is removed', async () => {
    await type('app', 'rm', 'shop', '--yes', '--wait')
    for (const host of lab.state.hosts.filter(({ kind }) => kind !== 'ssh')) {
      const names = execFileSync('docker', ['-H', `unix://${engineSocket(host)}`, 'ps', '-aq', '--filter', 'label=spacefort.instance'], {
        encoding: 'utf8',
      })
      expect(names.trim()).toBe('')
    }
  })
})
