// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { useAppsStore } from './apps.store.ts'

const requests: { line: string; body: unknown }[] = []

beforeEach(() => {
  setActivePinia(createPinia())
  requests.length = 0
  vi.stubGlobal('fetch', async (request: Request) => {
    const text = await request.text()
    requests.push({ line: `${request.method} ${new URL(request.url).pathname}`, body: text === '' ? null : (JSON.parse(text) as unknown) })
    return Response.json({})
  })
})
afterEach(() => vi.unstubAllGlobals())

const shop = { name: 'shop', generation: 4 }

it('names the generation every change was decided on', async () => {
  const store = useAppsStore()
  await store.scale(shop, 7)
  await store.rollback(shop, 2)
  expect(requests).toEqual([
    { line: 'POST /api/v1/apps/shop/scale', body: { generation: 4, instances: 7 } },
    { line: 'POST /api/v1/apps/shop/rollback', body: { generation: 4, revision: 2 } },
  ])
})
