import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../base/clock.ts'
import { HostInput, type Connection, type TestProgress, type TestStep } from '../contract/index.ts'
import { Store, Vault } from '../store/index.ts'
import { Hosts } from './hosts.ts'
import { updateObserved } from './hosts.table.ts'

const HOST_KEY = `SHA256:${'a'.repeat(43)}`
const reached: TestStep = { step: 'reach', status: 'passed', code: 'reach.ssh', params: {}, detail: '', durationMs: 1 }

let store: Store
let hosts: Hosts
let tested: { connection: Connection; trustedHostKey: string | null }[]
let changed: string[]

beforeEach(async () => {
  const clock = new FakeClock()
  store = await Store.open(':memory:', clock)
  tested = []
  changed = []
  hosts = new Hosts({
    store,
    vault: new Vault(Buffer.alloc(32, 7)),
    clock,
    environment: {
      async test(connection, { trustedHostKey, onStep }) {
        tested.push({ connection, trustedHostKey })
        await Promise.resolve()
        onStep?.(reached)
        return { ok: false, steps: [reached] }
      },
      changed: (host) => changed.push(host),
      used: () => null,
    },
  })
})

const add = (name: string, rest: object = {}) =>
  hosts.add(
    HostInput.parse({
      name,
      connection: { kind: 'ssh', ssh: { address: '10.0.0.1', password: 'secret', hostKey: HOST_KEY } },
      ...rest,
    }),
    'ann',
  )
const found = async (search: object) => (await hosts.names(search)).names

describe('finding hosts', () => {
  beforeEach(async () => {
    await add('a', { centre: 'east', rack: 'r1', domain: 'business', labels: { disk: 'ssd', gpu: '' } })
    await add('b', { centre: 'east', rack: 'r2', domain: 'network', labels: { disk: 'hdd' } })
    await add('c', { centre: 'west', rack: 'r1', labels: { disk: 'ssd', note: 'gpu' } })
    await add('d', { connection: { kind: 'docker-socket' } })
    await hosts.setScheduling('b', 'cordoned', 'ann')
    await updateObserved(store.db, 'c', { status: 'ready' })
  })

  it.each([
    [{}, 'a b c d'],
    [{ status: 'ready' }, 'c'],
    [{ scheduling: 'cordoned' }, 'b'],
    [{ engine: 'docker' }, 'd'],
    [{ centre: 'east' }, 'a b'],
    [{ centre: 'east', rack: 'r1' }, 'a'],
    [{ centre: '' }, 'd'],
    [{ domain: 'network' }, 'b'],
    [{ label: 'disk=ssd' }, 'a c'],
    [{ label: 'gpu' }, 'a'],
    [{ label: 'gpu=' }, 'a'],
    [{ label: 'disk=ssd, note=gpu' }, 'c'],
    [{ label: 'dis' }, ''],
    [{ label: "disk=' or 1=1" }, ''],
    [{ q: 'r1' }, 'a c'],
    [{ q: 'r1', centre: 'west' }, 'c'],
    [{ q: '%' }, ''],
    [{ sort: '-name', engine: 'process' }, 'c b a'],
  ])('%j', async (search, names) => expect((await found(search)).join(' ')).toBe(names))

  it('lists what it counts, in slices', async () => {
    const { items, total } = await hosts.list({ label: 'disk', sort: '-name', offset: 1, limit: 1 })
    expect({ names: items.map(({ name }) => name), total }).toEqual({ names: ['b'], total: 3 })
  })

  it('counts each choice among what the other choices leave', async () => {
    const facets = await hosts.facets({ centre: 'east', label: 'disk=ssd' })
    expect(facets).toMatchObject({ total: 4, matching: 1 })
    expect(facets.centre).toEqual([
      { value: 'east', hosts: 1 },
      { value: 'west', hosts: 1 },
    ])
    expect(facets.rack).toEqual([{ value: 'r1', hosts: 1 }])
    expect(facets.label).toEqual([
      { value: 'disk=hdd', hosts: 1 },
      { value: 'disk=ssd', hosts: 1 },
      { value: 'gpu=', hosts: 1 },
    ])
    expect((await hosts.facets({})).centre[0]).toEqual({ value: '', hosts: 1 })
  })
})

describe('many hosts at once', () => {
  it('says of each what became of it', async () => {
    await add('a')
    await add('b')
    await hosts.setScheduling('b', 'cordoned', 'ann')
    const { items } = await hosts.scheduleMany(['a', 'b', 'gone', 'a'], 'cordoned', 'ann')
    expect(items.map(({ name, outcome, code }) => [name, outcome, code])).toEqual([
      ['a', 'changed', ''],
      ['b', 'unchanged', ''],
      ['gone', 'failed', 'NOT_FOUND'],
    ])
  })

  it('sets and takes away labels and leaves the others', async () => {
    await add('a', { labels: { disk: 'ssd', old: '1' } })
    await add('b', { labels: { zone: 'x' } })
    changed = []
    const { items } = await hosts.labelMany(['a', 'b'], { set: { zone: 'x' }, remove: ['old'] }, 'ann')
    expect(items.map(({ outcome }) => outcome)).toEqual(['changed', 'unchanged'])
    expect((await hosts.get('a')).labels).toEqual({ disk: 'ssd', zone: 'x' })
    expect(changed).toEqual(['a'])
  })
})

describe('another way to a host', () => {
  it('keeps the password and the pinned key', async () => {
    await add('a')
    await hosts.update('a', { move: { address: '10.0.0.9', port: 2222 } }, 'ann')
    expect(await hosts.connection('a')).toMatchObject({
      hostKey: HOST_KEY,
      connection: { kind: 'ssh', ssh: { address: '10.0.0.9', port: 2222, password: 'secret' } },
    })
  })

  it('is tested against the pinned key before anything is changed', async () => {
    await add('a')
    const seen: TestProgress[] = []
    for await (const one of hosts.retestSteps('a', { address: '10.0.0.9' })) seen.push(one)
    expect(seen.map(({ kind }) => kind)).toEqual(['step', 'end'])
    expect(tested).toMatchObject([{ trustedHostKey: HOST_KEY, connection: { ssh: { address: '10.0.0.9' } } }])
    expect((await hosts.get('a')).connection.address).toBe('10.0.0.1')
  })

  it('is refused where the connection has no such part', async () => {
    await add('d', { connection: { kind: 'docker-socket' } })
    await expect(hosts.update('d', { move: { address: '10.0.0.9' } }, 'ann')).rejects.toMatchObject({ code: 'UNPROCESSABLE' })
  })
})

it('reports an import line by line', async () => {
  const lines: string[] = []
  const text = 'name,kind\na,docker-socket\nB!,docker-socket\na,docker-socket\n'
  for await (const line of hosts.importSteps({ format: 'csv', text }, 'ann')) lines.push(line.status)
  expect(lines).toEqual(['added', 'invalid', 'exists'])
})
