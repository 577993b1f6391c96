import { describe, expect, it } from 'vitest'
import type { LogLine } from '../contract/index.ts'
import { FakeHost } from '../engines/fake-host.ts'
import type { Engine } from '../engines/index.ts'
import { mergeLogs, type LogTarget } from './logs.ts'

type LogRequest = Parameters<Engine['logs']>[1]
type RawLogLine = Pick<LogLine, 'stream' | 'at' | 'text'>

/** A connection whose log breaks off after `lines` when `broken` resolves. */
function connection(lines: RawLogLine[], broken: Promise<void>, asked: LogRequest[] = []): Engine {
  return {
    ...new FakeHost().connect(),
    logs: async function* (_id, request) {
      asked.push(request)
      yield* lines
      const left = new Promise<void>((resolve) => request.signal.addEventListener('abort', () => resolve(), { once: true }))
      await Promise.race([broken, left])
    },
  }
}

const line = (at: number, text: string): RawLogLine => ({ stream: 'stdout', at, text })
const forever = new Promise<void>(() => undefined)

async function take(lines: AsyncGenerator<LogLine>, count: number, aborter: AbortController): Promise<string[]> {
  const seen: string[] = []
  for await (const { text } of lines) if (seen.push(text) === count) aborter.abort()
  return seen
}

describe('the logs of many instances', () => {
  it('are in order of time when they are not followed', async () => {
    const targets: LogTarget[] = [
      { id: 'a', host: 'h', engine: connection([line(1, 'one'), line(4, 'four')], Promise.resolve()) },
      { id: 'b', host: 'h', engine: connection([line(2, 'two'), line(3, 'three')], Promise.resolve()) },
    ]
    const lines = mergeLogs(async () => targets, { follow: false, tail: 10 }, new AbortController().signal)
    expect(await take(lines, Infinity, new AbortController())).toEqual(['one', 'two', 'three', 'four'])
  })

  it('go on from the last line when the connection to a host was lost and is there again', async () => {
    const aborter = new AbortController()
    const cut = Promise.withResolvers<void>()
    const asked: LogRequest[] = []
    const target: LogTarget = { id: 'a', host: 'h', engine: connection([line(5, 'before')], cut.promise) }
    const lines = take(
      mergeLogs(async () => [{ ...target }], { follow: true, tail: 10 }, aborter.signal),
      2,
      aborter,
    )
    setTimeout(() => {
      cut.resolve()
      target.engine = connection([line(9, 'after')], forever, asked)
    }, 100)
    expect(await lines).toEqual(['before', 'after'])
    expect(asked.map(({ since }) => since)).toEqual([6])
  })

  it('make their sources wait for a slow reader, and end with it, with a hundred instances', async () => {
    const aborter = new AbortController()
    const many = Array.from({ length: 1000 }, (_, index) => line(index, `line ${index}`))
    const targets = Array.from({ length: 100 }, (_, index) => ({ id: `i${index}`, host: 'h', engine: connection(many, forever) }))
    const lines = take(
      mergeLogs(async () => targets, { follow: true, tail: 1000 }, aborter.signal),
      100_000,
      aborter,
    )
    expect(new Set(await lines).size).toBe(1000)
  })
})
