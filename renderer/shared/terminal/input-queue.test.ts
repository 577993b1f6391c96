import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { InputQueue, type SessionInput } from './input-queue.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (input: SessionInput) => new TextDecoder().decode(input.data)

function setUp(answerMs = 5) {
  const sent: { at: number; input: SessionInput }[] = []
  const failures: unknown[] = []
  let open = 0
  let most = 0
  const queue = new InputQueue(
    async (input) => {
      sent.push({ at: performance.now(), input })
      most = Math.max(most, ++open)
      await new Promise((resolve) => setTimeout(resolve, answerMs))
      open--
    },
    (error) => failures.push(error),
  )
  return { queue, sent, failures, most: () => most }
}

it('sends every key in order, at most one request in 20 ms, one at a time', async () => {
  const { queue, sent, most } = setUp(30)
  const typed = 'the quick brown fox jumps over the lazy dog'
  for (const key of typed) {
    queue.type(bytes(key))
    await vi.advanceTimersByTimeAsync(4)
  }
  await vi.advanceTimersByTimeAsync(500)
  expect(sent.map(({ input }) => text(input)).join('')).toBe(typed)
  expect(most()).toBe(1)
  for (const [index, { at }] of sent.entries()) if (index > 0) expect(at - sent[index - 1]!.at).toBeGreaterThanOrEqual(20)
  expect(sent.length).toBeLessThan(typed.length / 2)
})

it('tells the latest size only, together with what was typed', async () => {
  const { queue, sent } = setUp()
  queue.resize(80, 24)
  queue.resize(120, 40)
  queue.type(bytes('x'))
  await vi.advanceTimersByTimeAsync(100)
  expect(sent.map(({ input }) => input)).toEqual([{ data: bytes('x'), columns: 120, rows: 40 }])
})

it('cuts what was pasted into pieces', async () => {
  const { queue, sent } = setUp()
  queue.type(new Uint8Array(600 * 1024).fill(97))
  await vi.advanceTimersByTimeAsync(200)
  expect(sent.map(({ input }) => input.data?.length)).toEqual([262_144, 262_144, 90_112])
})

it('says once that a session is gone, and is silent after the end', async () => {
  const failures: unknown[] = []
  const queue = new InputQueue(
    () => Promise.reject(new Error('gone')),
    (error) => failures.push(error),
  )
  queue.type(bytes('a'))
  await vi.advanceTimersByTimeAsync(50)
  queue.type(bytes('b'))
  await vi.advanceTimersByTimeAsync(50)
  expect(failures).toHaveLength(1)
})
