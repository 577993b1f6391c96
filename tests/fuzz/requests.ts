import fc from 'fast-check'
import type { SeededRandom } from '../support/random.ts'
import type { Caller } from './callers.ts'
import { at, CONTENT_TYPES, HEADERS, hostileText, hostileValue, PATHS, QUERIES, RAW_BODIES, spoil } from './hostile.ts'
import { knownFields, type Known } from './known.ts'
import type { DocumentedOperation } from './operations.ts'
import { valuesOf } from './schema-values.ts'
import type { WireRequest } from './send.ts'
import { tarNamed, type HostileTar } from '../../core/apps/hostile-tars-fixture.ts'

/** How a request differs from one that is meant to be answered. */
export const ASPECTS = ['valid', 'near', 'query-field', 'path-field', 'body', 'type', 'headers', 'path', 'query', 'method'] as const
export type Aspect = (typeof ASPECTS)[number]

export interface Planned {
  operation: DocumentedOperation
  caller: Caller
  aspect: Aspect
  request: WireRequest
  /** It reaches the operation, so the answer must go by the caller's role. */
  reaches: boolean
}

const SHARES: Record<Aspect, number> = {
  valid: 38,
  near: 24,
  'query-field': 8,
  'path-field': 6,
  body: 6,
  type: 3,
  headers: 6,
  path: 4,
  query: 3,
  method: 2,
}
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'PROPFIND', 'TRACE', 'SEARCH']

/** Makes requests out of what the OpenAPI document says of each operation. */
export class Requests {
  readonly #known: Known
  readonly #random: SeededRandom
  readonly #tars: readonly HostileTar[]
  #values = new Map<string, fc.Arbitrary<Record<string, unknown>>>()

  constructor(parts: { known: Known; random: SeededRandom; tars: readonly HostileTar[] }) {
    this.#known = parts.known
    this.#random = parts.random
    this.#tars = parts.tars
  }

  /** What is known has changed. */
  renew(): void {
    this.#values = new Map()
  }

  plan(operation: DocumentedOperation, caller: Caller): Planned {
    const aspect = this.#aspect(operation)
    const values = this.#sample(operation)
    const own = this.#known.sessions.get(caller.name)
    if (own !== undefined && 'path:session' in values) values['path:session'] = own
    const request = operation.raw ? this.#raw(operation, values) : this.#json(operation, values, aspect)
    Object.assign(request.headers, caller.headers)
    this.#mangle(request, aspect)
    return { operation, caller, aspect, request, reaches: aspect === 'valid' || aspect === 'near' || aspect === 'query-field' }
  }

  #aspect({ body, raw }: DocumentedOperation): Aspect {
    const possible = ASPECTS.filter((aspect) => (body && !raw) || !['near', 'body', 'type'].includes(aspect))
    let left = this.#random.next() * possible.reduce((sum, aspect) => sum + SHARES[aspect], 0)
    return possible.find((aspect) => (left -= SHARES[aspect]) <= 0) ?? 'valid'
  }

  #sample(operation: DocumentedOperation): Record<string, unknown> {
    let arbitrary = this.#values.get(operation.id)
    if (!arbitrary) {
      const known = knownFields(this.#known, operation)
      const parameters = operation.parameters.filter((one) => one.in !== 'header')
      const fields = parameters.map((one) => [`${one.in}:${one.name}`, valuesOf(one.schema ?? {}, known, one.name)] as const)
      const body = operation.body ? [['body', valuesOf(operation.body, knownFields(this.#known, operation, true))] as const] : []
      const requiredKeys = ['body', ...parameters.filter((one) => one.required).map((one) => `${one.in}:${one.name}`)]
      const record = Object.fromEntries([...fields, ...body])
      arbitrary = fc.record(record, { requiredKeys: requiredKeys.filter((key) => key in record), noNullPrototype: true })
      this.#values.set(operation.id, arbitrary)
    }
    return fc.sample(arbitrary, { seed: this.#random.below(2 ** 31), numRuns: 1 })[0] ?? {}
  }

  #json(operation: DocumentedOperation, values: Record<string, unknown>, aspect: Aspect): WireRequest {
    const random = this.#random
    const { tricks } = this.#known
    const pathText = (name: string) =>
      aspect === 'path-field' ? hostileText(random, tricks).slice(0, 3000) : String(values[`path:${name}`])
    const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(pathText(name).toWellFormed()))
    const query = Object.entries(values).flatMap(([key, value]) =>
      key.startsWith('query:') ? [[key.slice(6), String(value)] as [string, string]] : [],
    )
    if (aspect === 'query-field') {
      const name =
        at(
          operation.parameters.filter((one) => one.in === 'query'),
          random,
        )?.name ?? 'extra'
      query.push([name, plainText(hostileValue(random, tricks)).slice(0, 6000).toWellFormed()])
    }
    const search = query.length > 0 ? `?${new URLSearchParams(query).toString()}` : ''
    const headers: Record<string, string> = {}
    let body: string | null = null
    if (operation.body && ('body' in values || random.chance(0.9))) {
      headers['content-type'] = 'application/json'
      this.#agree(operation, values)
      body = JSON.stringify(this.#tame(aspect === 'near' ? spoil(values.body, random, tricks) : values.body))
    }
    return { method: operation.method, target: path + search, headers, body }
  }

  /** The name in a specification has to be the one in the path. */
  #agree(operation: DocumentedOperation, values: Record<string, unknown>): void {
    const body = values.body as { spec?: Record<string, unknown>; change?: { spec?: Record<string, unknown> } } | undefined
    for (const spec of [body?.spec, body?.change?.spec]) {
      if (!spec || !operation.path.startsWith('/api/v1/apps/')) continue
      spec.name = values['path:name']
      if (String(spec.name).startsWith('img-')) for (const field of ['command', 'artifact']) Reflect.deleteProperty(spec, field)
      const ports = ((spec.ports ?? []) as { name: string }[]).map((port) => port.name)
      if (this.#random.chance(0.8)) {
        for (const check of (spec.healthChecks ?? []) as { port?: string }[]) if (check.port !== undefined) check.port = ports[0] ?? ''
        if (ports.length === 0) for (const field of ['healthChecks', 'metrics']) Reflect.deleteProperty(spec, field)
        else if (spec.metrics) (spec.metrics as { port: unknown }).port = ports[0]
      }
    }
  }

  /** Never lets a request reach the Docker Engine that this machine may have. */
  #tame(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value
    for (const child of Object.values(value)) this.#tame(child)
    const kind = 'kind' in value ? value.kind : undefined
    if ((kind === 'docker-socket' || kind === 'docker-ssh') && !Object.hasOwn(value, 'path'))
      Object.assign(value, { path: this.#known.dockerSocket })
    return value
  }

  #raw(operation: DocumentedOperation, values: Record<string, unknown>): WireRequest {
    const tar =
      at(this.#random.chance(0.4) ? this.#tars.filter(({ good }) => good) : this.#tars, this.#random) ?? tarNamed('empty', Buffer.alloc(0))
    const digest = this.#random.chance(0.7) ? tar.digest : plainText(values['path:digest'] ?? '')
    const target = operation.path.replace('{digest}', encodeURIComponent(digest))
    const withBody = operation.method === 'PUT'
    return {
      method: operation.method,
      target,
      headers: withBody ? { 'content-type': 'application/x-tar' } : {},
      body: withBody ? tar.bytes : null,
    }
  }

  #mangle(request: WireRequest, aspect: Aspect): void {
    const random = this.#random
    if (aspect === 'headers') Object.assign(request.headers, at(HEADERS, random))
    if (aspect === 'type') request.headers['content-type'] = at(CONTENT_TYPES, random) ?? ''
    if (aspect === 'method') request.method = at(METHODS, random) ?? 'GET'
    if (aspect === 'body') {
      request.headers['content-type'] = 'application/json'
      const make = at(Object.values(RAW_BODIES), random)
      if (make) request.body = make(typeof request.body === 'string' ? request.body : '{}')
    }
    if (aspect === 'path') request.target = at(PATHS, random)?.(request.target.split('?')[0] ?? '/') ?? '/'
    if (aspect === 'query') request.target = `${request.target.split('?')[0] ?? '/'}?${at(QUERIES, random) ?? ''}`
  }
}

function plainText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
