import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Store, type Tx } from '../store/index.ts'
import { SharedWrites } from './shared-writes.ts'

describe('writes that share a transaction', () => {
  let store: Store
  let writes: SharedWrites

  beforeEach(async () => {
    store = await Store.open(':memory:')
    writes = new SharedWrites(store)
  })
  afterEach(() => store.close())

  const note = (mark: number) => async (tx: Tx) => {
    tx.emit({ kind: 'system.started', actor: 'system', data: { mark } })
  }
  const marks = async () => (await store.readEvents({}, { limit: 1000 })).map(({ data }) => data.mark)

  it('keeps their order and waits for the disk a few times only', async () => {
    const write = vi.spyOn(store, 'write')
    await Promise.all(Array.from({ length: 100 }, (_, mark) => writes.write(note(mark))))
    expect(await marks()).toEqual(Array.from({ length: 100 }, (_, mark) => mark))
    expect(write.mock.calls.length).toBe(2)
  })

  it('lets one that fails fail alone, and leaves nothing of it', async () => {
    const outcomes = await Promise.allSettled(
      [1, 2, 3, 4].map((mark) =>
        writes.write(async (tx) => {
          await note(mark)(tx)
          if (mark === 3) throw new Error('no')
        }),
      ),
    )
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
    expect(await marks()).toEqual([1, 2, 4])
  })

  it('goes on after all have failed', async () => {
    await expect(writes.write(() => Promise.reject(new Error('the disk is full')))).rejects.toThrow('the disk is full')
    await writes.write(note(1))
    expect(await marks()).toEqual([1])
  })
})
