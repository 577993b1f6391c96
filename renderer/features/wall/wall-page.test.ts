// @vitest-environment happy-dom
import { enableAutoUnmount, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { nextTick } from 'vue'
import { createI18n } from 'vue-i18n'
import { createMemoryHistory, createRouter } from 'vue-router'
import { EVENT_KINDS } from '../../../core/contract/index.ts'
import { SHARED_MESSAGES } from '../../app/i18n/index.ts'
import { useLiveStore } from '../../app/live.store.ts'
import { messages } from './messages.ts'
import WallPage from './views/WallPage.vue'

const EVENTS = 5000
const numbers = {
  hosts: { total: 3, ready: 2, unreachable: 1, blocked: 0, cordoned: 0 },
  capacity: { cpuMillis: 8000, memoryBytes: 1e10, diskBytes: 0 },
}
const figures = { ...numbers, reserved: { cpuMillis: 7900, memoryBytes: 1e9, diskBytes: 0 }, used: { cpuMillis: 1, memoryBytes: 1 } }
const overview = () => ({
  ...figures,
  now: Date.now(),
  apps: { total: 2, healthy: 1, changing: 0, degraded: 0, down: 1, stopped: 0 },
  instances: { wanted: 5, running: 3, healthy: 3, waiting: 2, unreachable: 0 },
  centres: [{ ...figures, centre: 'A', instances: 3 }],
  brake: { on: true, reason: '2 of 3 hosts are unreachable' },
})
const attention = () => ({
  now: Date.now(),
  total: 1,
  counts: {
    'app-down': 1,
    'host-blocked': 0,
    'host-unreachable': 0,
    'app-waiting': 0,
    'app-backing-off': 0,
    'app-short': 0,
    'host-cordoned': 0,
  },
  items: [
    {
      kind: 'app-down',
      app: { name: 'shop', status: 'down', wanted: 2, running: 0, healthy: 0, waiting: 2, backoffUntil: null },
      reason: 'insufficient memory on 3 hosts',
    },
  ],
})

const asked = new Map<string, number>()
let stream: ReadableStreamDefaultController<Uint8Array> | undefined
const original = globalThis.fetch
enableAutoUnmount(afterEach)

/** The console's server, as far as the wall asks it anything. */
function answer(path: string, signal: AbortSignal): Response {
  asked.set(path, (asked.get(path) ?? 0) + 1)
  if (path === '/events/stream') {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        stream = controller
        signal.addEventListener('abort', () => controller.error(new DOMException('ended', 'AbortError')))
      },
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }
  const bodies: Record<string, () => unknown> = {
    '/overview': overview,
    '/attention': attention,
    '/events': () => ({ items: [], latest: 0 }),
  }
  return Response.json(bodies[path]?.() ?? {})
}

function send(seq: number, kind = EVENT_KINDS[seq % EVENT_KINDS.length]): void {
  const event = {
    seq,
    at: Date.now() + seq * 1000,
    kind,
    actor: `person-${seq % 7}`,
    app: `app-${seq}`,
    host: null,
    instance: null,
    data: { from: 1, to: 2 },
    hash: '',
  }
  stream?.enqueue(new TextEncoder().encode(`event: message\nid: ${seq}\ndata: ${JSON.stringify(event)}\n\n`))
}
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

beforeEach(() => {
  asked.clear()
  globalThis.fetch = async (input, init) => {
    const request = input as Request
    return answer(new URL(request.url).pathname.replace('/api/v1', ''), init?.signal ?? request.signal)
  }
})
afterEach(() => {
  globalThis.fetch = original
})

async function open() {
  const en = Object.fromEntries([...Object.entries(SHARED_MESSAGES), ['wall', messages] as const].map(([area, words]) => [area, words.en]))
  const pinia = createPinia()
  setActivePinia(pinia)
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/wall', name: 'wall', component: WallPage },
      { path: '/', component: WallPage },
    ],
  })
  await router.push('/wall')
  const live = useLiveStore()
  live.start()
  const page = mount(WallPage, { global: { plugins: [pinia, router, createI18n({ legacy: false, locale: 'en', messages: { en } })] } })
  await expect.poll(() => page.text()).toContain('shop')
  return { page, live }
}

it('says what is wrong first, with counts and reason, and that the brake is on', async () => {
  const { page, live } = await open()
  const text = page.text()
  for (const said of [
    '2 things are wrong',
    'Mass failure brake is on',
    'shop',
    '0/2',
    'insufficient memory on 3 hosts',
    '99%',
    '1 unreachable',
  ])
    expect(text.replaceAll(/\s+/g, ' ').replace('1unreachable', '1 unreachable')).toContain(said)
  expect(text.indexOf('Mass failure')).toBeLessThan(text.indexOf('Capacity'))
  live.stop()
})

it(`is no bigger after ${EVENTS} events than before, and asks the server once a second at most`, async () => {
  const { page, live } = await open()
  for (let seq = 1; seq <= 100; seq++) send(seq)
  await wait(200)
  const before = { elements: page.findAll('*').length, overviews: asked.get('/overview') ?? 0, at: performance.now() }
  for (let seq = 101; seq <= EVENTS; seq++) {
    send(seq)
    if (seq % 500 === 0) await wait(30)
  }
  send(EVENTS + 1, 'app.scaled')
  await expect.poll(() => page.text(), { timeout: 5000 }).toContain(`scaled app-${EVENTS + 1} from 1 to 2`)
  await wait(300)
  const seconds = (performance.now() - before.at) / 1000
  expect(page.findAll('*').length).toBeLessThanOrEqual(before.elements + 5)
  expect((asked.get('/overview') ?? 0) - before.overviews).toBeLessThanOrEqual(Math.ceil(seconds) + 1)
  live.stop()
}, 20_000)

it('leaves nothing running behind', async () => {
  const { page, live } = await open()
  page.unmount()
  await nextTick()
  const before = asked.get('/overview')
  for (let seq = 1; seq <= 50; seq++) send(seq)
  await wait(1300)
  expect(asked.get('/overview')).toBe(before)
  live.stop()
})
