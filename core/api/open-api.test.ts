import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { API_PREFIX, contract } from '../contract/index.ts'
import { openRig, type Rig } from './fixture.ts'
import { operationsOf } from './operations.ts'

interface Operation {
  operationId: string
  summary: string
  description: string
  parameters?: { name: string; in: string }[]
  responses: Record<string, { content?: Record<string, unknown> }>
  security: unknown[]
}
interface Document {
  openapi: string
  paths: Record<string, Record<string, Operation>>
}

let rig: Rig
let document: Document
beforeAll(async () => {
  rig = await openRig()
  document = (await (await rig.send('/openapi.json')).json()) as Document
})
afterAll(() => rig.close())

const all = () =>
  Object.entries(document.paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => ({ path, method, operation })))

describe('the OpenAPI document', () => {
  it('lists every operation with its access, its problems and a unique id', () => {
    expect(document.openapi).toMatch(/^3\.1/)
    expect(all()).toHaveLength(operationsOf(contract).length)
    for (const { method, path, meta, summary } of operationsOf(contract)) {
      const operation = document.paths[API_PREFIX + path]?.[method.toLowerCase()]
      expect(operation?.summary).toBe(summary)
      expect(operation?.description).toContain(meta.role === null ? 'no sign-in' : `**${meta.role}**`)
      expect(operation?.security).toHaveLength(meta.role === null ? 0 : 2)
      expect(operation?.responses.default?.content).toHaveProperty('application/problem+json')
      const success = Object.entries(operation?.responses ?? {}).find(([status]) => status.startsWith('2'))
      expect([path, success?.[1].content]).toEqual([path, expect.anything()])
    }
    const ids = all().map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('declares every path parameter, Idempotency-Key for changes and Last-Event-ID for streams', () => {
    for (const { path, method, operation } of all()) {
      const declared = (place: string) =>
        (operation.parameters ?? []).filter((parameter) => parameter.in === place).map((parameter) => parameter.name)
      expect([path, declared('path').toSorted()]).toEqual([path, [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).toSorted()])
      const streams = JSON.stringify(operation.responses).includes('text/event-stream')
      const expected = method === 'get' ? (streams ? ['Last-Event-ID'] : []) : operation.security.length > 0 ? ['Idempotency-Key'] : []
      expect([path, declared('header')]).toEqual([path, expected])
    }
  })

  it('refers only to what it contains', () => {
    for (const [, ref = ''] of JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)) {
      const target = ref
        .replace('#/', '')
        .split('/')
        .reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], document)
      expect([ref, target]).toEqual([ref, expect.anything()])
    }
  })
})

describe('the readable page', () => {
  it('comes with all its files from this server', async () => {
    const page = await (await rig.send('/docs')).text()
    const files = [...page.matchAll(/(?:src|href)="(\/docs\/[^"]+)"/g)].map(([, file = '']) => file)
    expect(files).toHaveLength(3)
    for (const file of files) expect([file, (await rig.send(file)).status]).toEqual([file, 200])
    expect(page).not.toMatch(/<script>|style=|\son\w+=/)
    expect((await rig.send('/docs/package.json')).status).toBe(404)
  })
})
