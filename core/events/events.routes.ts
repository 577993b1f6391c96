import { withEventMeta } from '@orpc/server'
import { os } from '../base/routing.ts'
import type { Event } from '../contract/index.ts'
import type { Store } from '../store/index.ts'

export function eventRoutes(store: Store) {
  const api = os.events
  return {
    list: api.list.handler(async ({ input: { before, after, limit, ...filter } }) => ({
      items: await store.readEvents(filter, { before, after, limit, order: 'desc' }),
      latest: store.latestSeq,
    })),
    stream: api.stream.handler(async ({ input: { after, ...filter }, lastEventId, signal }) => {
      const resumed = lastEventId === undefined ? NaN : Number(lastEventId)
      return stream(store, filter, { after: Number.isSafeInteger(resumed) ? resumed : after, outer: signal })
    }),
  }
}

/** Marks each event with its seq as SSE id, which the reader gives back as Last-Event-ID. */
async function* stream(
  store: Store,
  filter: Parameters<Store['follow']>[0],
  from: { after: number | undefined; outer: AbortSignal | undefined },
): AsyncGenerator<Event> {
  const { after, outer } = from
  const ended = new AbortController()
  const signal = outer ? AbortSignal.any([outer, ended.signal]) : ended.signal
  try {
    for await (const event of store.follow(filter, after, signal)) yield withEventMeta(event, { id: String(event.seq) })
  } finally {
    ended.abort()
  }
}
