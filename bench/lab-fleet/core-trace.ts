// Loaded into a core before it starts, to see from inside where its time goes. Told "reset" and "read" over IPC.
import { subscribe } from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import Database from 'better-sqlite3'

export interface Spent {
  count: number
  totalMs: number
}

export interface CoreTrace {
  /** Calls of engines by what they do, from sending to the end of the answer. */
  calls: Record<string, Spent>
  /** Ends of transactions: each waits for the disk. */
  commits: Spent
  statements: Spent
  longestPauseMs: number
}

let trace: CoreTrace
const pauses = monitorEventLoopDelay({ resolution: 5 })
reset()
pauses.enable()

process.on('message', (message) => {
  if (message === 'reset') reset()
  else if (message === 'read') process.send?.({ ...trace, longestPauseMs: pauses.max / 1e6 })
})
process.channel?.unref()

const sentAt = new WeakMap<object, number>()
subscribe('http.client.request.start', (message) => sentAt.set((message as { request: object }).request, performance.now()))
subscribe('http.client.response.finish', (message) => {
  const { request } = message as { request: ClientRequest }
  const kind = kindOf(request.method, request.path)
  add((trace.calls[kind] ??= { count: 0, totalMs: 0 }), performance.now() - (sentAt.get(request) ?? performance.now()))
})

// eslint-disable-next-line @typescript-eslint/unbound-method -- called with the database it was taken from, below
const prepare = Database.prototype.prepare
Database.prototype.prepare = function (this: Database.Database, sql: string) {
  const statement = prepare.call(this, sql)
  for (const name of ['run', 'all'] as const) {
    const original = statement[name].bind(statement) as (...args: unknown[]) => unknown
    const timed = (...args: unknown[]) => {
      const startedAt = performance.now()
      try {
        return original(...args)
      } finally {
        add(/^commit/i.test(sql) ? trace.commits : trace.statements, performance.now() - startedAt)
      }
    }
    Object.defineProperty(statement, name, { value: timed })
  }
  return statement
} as typeof prepare

function reset(): void {
  trace = { calls: {}, commits: { count: 0, totalMs: 0 }, statements: { count: 0, totalMs: 0 }, longestPauseMs: 0 }
  pauses.reset()
}

function add(spent: Spent, ms: number): void {
  spent.count++
  spent.totalMs += ms
}

function kindOf(method: string, path: string): string {
  const [bare = ''] = path.split('?')
  if (method === 'DELETE') return 'remove'
  if (bare.endsWith('/containers/json')) return 'list'
  return (
    bare
      .split('/')
      .at(-1)
      ?.replace(/^json$/, 'inspect') ?? ''
  )
}
