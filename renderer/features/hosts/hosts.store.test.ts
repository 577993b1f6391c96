// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { toProblem } from '../../shared/feedback/problem.ts'
import { useHostsStore } from './hosts.store.ts'

/** The API as the browser sees it: what was asked, and an answer for each path. */
function answerWith(answer: (request: { method: string; path: string; query: URLSearchParams; body: unknown }) => Response) {
  const asked: string[] = []
  vi.stubGlobal('fetch', async (request: Request) => {
    const url = new URL(request.url)
    const text = await request.text()
    asked.push(`${request.method} ${url.pathname}${url.search}`)
    return answer({
      method: request.method,
      path: url.pathname,
      query: url.searchParams,
      body: text === '' ? null : (JSON.parse(text) as unknown),
    })
  })
  return asked
}

const page = (offset: number, limit: number, total: number) =>
  Response.json({
    items: Array.from({ length: Math.min(limit, total - offset) }, (_, index) => ({ name: `host-${offset + index}` })),
    total,
  })

beforeEach(() => setActivePinia(createPinia()))
afterEach(() => vi.unstubAllGlobals())

describe('hosts store', () => {
  it('loads only the pages that are looked at', async () => {
    const asked = answerWith(({ query }) => page(Number(query.get('offset')), Number(query.get('limit')), 3000))
    const { list } = useHostsStore()
    await list.refresh()
    expect(list.rows.value).toHaveLength(3000)
    await list.show(1490, 1510)
    expect(list.rows.value[1500]?.item?.name).toBe('host-1500')
    expect(list.rows.value[700]?.item).toBeUndefined()
    expect(asked.map((one) => /offset=(\d+)/.exec(one)?.[1])).toEqual(['0', '1400', '1500'])
  })

  it('asks the server for the chosen view, and for all names in its order', async () => {
    const asked = answerWith(({ path }) => (path.endsWith('host-names') ? Response.json({ names: ['b', 'a'] }) : page(0, 100, 1)))
    const store = useHostsStore()
    await store.show({ filter: { status: 'blocked', centre: '' }, q: 'rack 1', sort: '-instances' })
    expect(await store.matchingNames()).toEqual(['b', 'a'])
    for (const one of asked) {
      expect(one).toMatch(/status=blocked/)
      expect(one).toMatch(/centre=(&|$)/)
    }
    expect(asked.at(-1)).toMatch(/q=rack(\+|%20)1/)
    expect(asked.at(-1)).toMatch(/sort=-instances/)
  })

  it('changes one line in place', async () => {
    answerWith(() => page(0, 100, 3))
    const { list } = useHostsStore()
    await list.refresh()
    expect(list.patch({ ...list.rows.value[1]!.item!, instances: 7 })).toBe(true)
    expect(list.rows.value[1]?.item?.instances).toBe(7)
    expect(list.patch({ ...list.rows.value[1]!.item!, name: 'unknown' })).toBe(false)
  })

  it('keeps what it shows when a refresh fails, and says why', async () => {
    answerWith(() => page(0, 100, 3))
    const { list } = useHostsStore()
    await list.refresh()
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
    await list.refresh()
    expect(list.rows.value).toHaveLength(3)
    expect(list.state.value).toBe('ready')
    expect(list.problem.value?.code).toBe('OFFLINE')
  })

  it('turns problem details into what a person is told', async () => {
    const problem = {
      type: 'about:blank',
      title: 'Conflict',
      status: 409,
      detail: 'instances are on it',
      code: 'CONFLICT',
      hint: 'Drain it first.',
    }
    answerWith(() => Response.json(problem, { status: 409, headers: { 'content-type': 'application/problem+json' } }))
    const failure: unknown = await useHostsStore()
      .remove('host-1', false)
      .catch((error: unknown) => error)
    expect(toProblem(failure)).toMatchObject({ code: 'CONFLICT', detail: 'instances are on it', hint: 'Drain it first.' })
  })
})
