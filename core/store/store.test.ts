import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../base/app-error.ts'
import type { Event } from '../contract/index.ts'
import { claimDataFolder, needingRoom, Store } from './index.ts'

let dir = ''
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'spacefort-store-'))))
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const emit = (store: Store, ...apps: string[]) =>
  store.write(async (tx) => {
    for (const app of apps) tx.emit({ kind: 'app.changed', actor: 'test', app })
  })

describe('a full disk', () => {
  it('is told with the folder and what to do; anything else as it is', async () => {
    const fail = (code: string) => () => Promise.reject(Object.assign(new Error('it failed'), { code }))
    for (const code of ['SQLITE_FULL', 'ENOSPC'])
      await expect(needingRoom('/srv/data', fail(code))).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
        message: 'there is no room left on the disk of /srv/data',
      })
    await expect(needingRoom('/srv/data', fail('EACCES'))).rejects.toMatchObject({ code: 'EACCES' })
    expect(await needingRoom('/srv/data', () => Promise.resolve(7))).toBe(7)
  })
})

describe('the store', () => {
  it('links events to a chain in which a changed line shows', async () => {
    const file = join(dir, 'db')
    const store = await Store.open(file)
    await emit(store, 'a', 'b')
    await emit(store, 'c')
    expect(await store.findBrokenLink()).toBeNull()
    expect(store.latestSeq).toBe(3)
    await store.close()
    const raw = new Database(file)
    raw.prepare("UPDATE events SET actor = 'somebody else' WHERE seq = 2").run()
    raw.close()
    const again = await Store.open(file)
    expect(await again.findBrokenLink()).toBe(2)
    await again.close()
  })

  it('says why writes failed when the disk is full, keeps nothing of them, and goes on once there is room', async () => {
    const store = await Store.open(join(dir, 'db'))
    await emit(store, 'a')
    // A file that may not grow is as good as a disk without room.
    const limit = (pages: number) => sql.raw(`PRAGMA max_page_count = ${pages}`).execute(store.db)
    await limit(1)
    const grow = (key: string) =>
      store.write(async (tx) => {
        await tx.db
          .insertInto('meta')
          .values({ key, value: 'x'.repeat(1_000_000) })
          .execute()
        tx.emit({ kind: 'app.changed', actor: 'test', app: key })
      })
    const results = await Promise.allSettled([grow('b'), grow('c'), emit(store, 'd')])
    expect(results.slice(0, 2)).toMatchObject(['b', 'c'].map(() => ({ status: 'rejected', reason: { code: 'SQLITE_FULL' } })))
    await limit(1_000_000)
    await grow('e')
    const kept = (await store.readEvents({}, { limit: 10 })).map(({ app }) => app)
    expect(kept).toEqual(results[2].status === 'fulfilled' ? ['a', 'd', 'e'] : ['a', 'e'])
    const rows = await store.db.selectFrom('meta').select('key').where('key', 'in', ['b', 'c', 'e']).execute()
    expect(rows).toEqual([{ key: 'e' }])
    expect(await store.findBrokenLink()).toBeNull()
    await store.close()
  })

  it('goes on with a reader whose position is of before a restore', async () => {
    const store = await Store.open(':memory:')
    await emit(store, 'a')
    const aborter = new AbortController()
    const next = store.follow({}, 900, aborter.signal).next()
    await emit(store, 'b')
    expect((await next).value).toMatchObject({ app: 'b' })
    aborter.abort()
    await store.close()
  })

  it('leaves nothing behind of a write that fails, events included', async () => {
    const store = await Store.open(':memory:')
    const failing = store.write(async (tx) => {
      tx.emit({ kind: 'app.changed', actor: 'test' })
      await tx.db.insertInto('meta').values({ key: 'x', value: 'y' }).execute()
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(store.latestSeq).toBe(0)
    expect(await store.db.selectFrom('meta').selectAll().where('key', '=', 'x').execute()).toEqual([])
    await emit(store, 'a')
    expect(await store.findBrokenLink()).toBeNull()
    await store.close()
  })

  it('writes what comes together in one transaction, of which one that fails undoes only its own', async () => {
    const store = await Store.open(join(dir, 'db'))
    const seen: number[] = []
    store.onEvents((events) => seen.push(events.length))
    const name = (key: string) => store.db.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirst()
    const results = await Promise.allSettled(
      ['a', 'b', 'c'].map((key) =>
        store.write(async (tx) => {
          await tx.db.insertInto('meta').values({ key, value: key }).execute()
          tx.emit({ kind: 'app.changed', actor: 'test', app: key })
          if (key === 'b') throw new Error('refused')
          return key
        }),
      ),
    )
    expect(results.map((result) => (result.status === 'fulfilled' ? result.value : String(result.reason)))).toEqual([
      'a',
      'Error: refused',
      'c',
    ])
    expect([await name('a'), await name('b'), await name('c')]).toEqual([{ value: 'a' }, undefined, { value: 'c' }])
    expect((await store.readEvents({}, { limit: 10 })).map(({ app }) => app)).toEqual(['a', 'c'])
    expect(seen).toEqual([2])
    expect(await store.findBrokenLink()).toBeNull()
  })

  it('ends its followers when it is closed', async () => {
    const store = await Store.open(':memory:')
    const { signal } = new AbortController()
    const seen: (string | null)[] = []
    const following = (async () => {
      for await (const event of store.follow({}, undefined, signal)) seen.push(event.app)
    })()
    await new Promise((resolve) => setImmediate(resolve))
    await emit(store, 'a')
    await expect.poll(() => seen).toEqual(['a'])
    await store.close()
    await following
  })

  it('gives a follower every event once and in order, those before it came and those written while it reads', async () => {
    const store = await Store.open(':memory:')
    const names = Array.from({ length: 1200 }, (_, index) => `a${index}`)
    await emit(store, ...names.slice(0, 600))
    const stop = new AbortController()
    const seen: Event[] = []
    const reading = (async () => {
      for await (const event of store.follow({}, 0, stop.signal)) {
        seen.push(event)
        if (seen.length === names.length) stop.abort()
      }
    })()
    for (const name of names.slice(600)) await emit(store, name)
    await reading
    expect(seen.map(({ app }) => app)).toEqual(names)
    await store.close()
  })

  it('filters by app and by family of kinds', async () => {
    const store = await Store.open(':memory:')
    await emit(store, 'a', 'b')
    await store.write(async (tx) => tx.emit({ kind: 'host.added', actor: 'test', host: 'h' }))
    expect(await store.readEvents({ app: 'b' }, { limit: 9 })).toHaveLength(1)
    expect(await store.readEvents({ kind: 'host' }, { limit: 9 })).toHaveLength(1)
    expect(await store.readEvents({ kind: 'host.added,user' }, { limit: 9 })).toHaveLength(1)
    expect(await store.readEvents({ kind: 'host.added,app' }, { limit: 9 })).toHaveLength(3)
    expect(await store.readEvents({ kind: 'app.changed' }, { limit: 9, before: 2 })).toHaveLength(1)
    await store.close()
  })

  it('keeps its installation id', async () => {
    const file = join(dir, 'db')
    const first = await Store.open(file)
    const { installation } = first
    await first.close()
    const second = await Store.open(file)
    expect(second.installation).toBe(installation)
    await second.close()
  })

  it.each([
    ['is cut short', (file: string) => truncateSync(file, 5000)],
    ['is something else', (file: string) => writeFileSync(file, 'not a database, certainly not one'.repeat(400))],
  ])('refuses a database that %s, says so, and does not touch it', async (_, damage) => {
    const file = join(dir, 'db')
    const store = await Store.open(file)
    await emit(store, ...Array.from({ length: 300 }, (_, index) => `a${index}`))
    await store.close()
    damage(file)
    const before = readFileSync(file)
    await expect(Store.open(file)).rejects.toThrow(AppError)
    expect(readFileSync(file).equals(before)).toBe(true)
  })

  it('refuses a database of a newer version', async () => {
    const file = join(dir, 'db')
    await (await Store.open(file)).close()
    const raw = new Database(file)
    raw.prepare("INSERT INTO kysely_migration (name, timestamp) VALUES ('9999-later', '2030-01-01')").run()
    raw.close()
    await expect(Store.open(file)).rejects.toThrow('newer Spacefort')
  })
})

describe('a data folder', () => {
  it('belongs to one core at a time; the second is told who has it', () => {
    const first = claimDataFolder(dir)
    expect(() => claimDataFolder(dir)).toThrow(`process ${process.pid}`)
    first.release()
    claimDataFolder(dir).release()
  })
})
