import { withEventMeta } from '@orpc/server'
import { Access, accessRoutes } from '../access/index.ts'
import { AppError } from '../base/app-error.ts'
import { FakeClock } from '../base/clock.ts'
import { silentLogger } from '../base/logger.ts'
import { os } from '../base/routing.ts'
import { contract, type Role } from '../contract/index.ts'
import { Store, Vault } from '../store/index.ts'
import { createApi, type ApiOptions } from './api.ts'
import type { ApiContext } from './guard.ts'
import { operationsOf } from './operations.ts'
import type { ApiRouter } from './procedures.ts'

type Handlers = Record<string, Record<string, unknown>>

/** An API over a store in memory: real sign-in, real events; every other operation says CONFLICT once it is reached. */
export async function openRig(options: Partial<ApiOptions> & { handlers?: Handlers } = {}) {
  const clock = new FakeClock()
  const store = await Store.open(':memory:', clock)
  const vault = new Vault(Buffer.alloc(32, 7))
  const access = new Access({ store, clock })
  await access.users.ensureAdministrator()
  const router = buildRouter({ access: accessRoutes({ access }), events: eventRoutes(store), ...options.handlers })
  const api = createApi({ router, access, store, vault, clock, logger: silentLogger, config: { version: '0.0.0-test' }, ...options })

  const send = (path: string, init: RequestInit = {}, context: Partial<ApiContext> = {}) =>
    api.fetch(new Request(new URL(path, 'http://localhost:8180'), init), { remote: '127.0.0.1', ...context })
  const tokenFor = async (role: Role, name = `test-${role}`) =>
    (await access.tokens.mint({ name, user: 'admin', role, expiresInDays: null })).value
  return { api, access, store, vault, clock, send, tokenFor, close: () => store.close() }
}
export type Rig = Awaited<ReturnType<typeof openRig>>

export const bearer = (token: string, headers: Record<string, string> = {}) => ({ authorization: `Bearer ${token}`, ...headers })

export const json = (method: string, body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method,
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json', ...headers },
})

/** Value of the session cookie an answer sets, as the browser would send it back. */
export function cookieFrom(response: Response): string {
  return response.headers.get('set-cookie')?.split(';')[0] ?? ''
}

function buildRouter(real: Handlers): ApiRouter {
  const router: Handlers = {}
  const implementer = os as unknown as Record<string, Record<string, { handler: (work: () => never) => unknown }>>
  const reached = () => {
    throw new AppError('CONFLICT', 'reached')
  }
  for (const { name } of operationsOf(contract)) {
    const [group = '', operation = ''] = name
    router[group] ??= {}
    router[group][operation] = real[group]?.[operation] ?? implementer[group]?.[operation]?.handler(reached)
  }
  return router as unknown as ApiRouter
}

function eventRoutes(store: Store): Record<string, unknown> {
  return {
    stream: os.events.stream.handler(async function* ({ input, signal, lastEventId }) {
      const after = lastEventId === undefined ? input.after : Number(lastEventId)
      for await (const event of store.follow(input, after, signal ?? new AbortController().signal))
        yield withEventMeta(event, { id: String(event.seq) })
    }),
  }
}
