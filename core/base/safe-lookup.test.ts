import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { safeLookup } from './safe-lookup.ts'

const errorOf = (host: string) =>
  new Promise<NodeJS.ErrnoException | null>((resolve) => {
    const socket = connect({ host, port: 9, lookup: safeLookup, timeout: 2000 })
    socket.once('connect', () => resolve(null)).once('error', resolve)
    socket.once('timeout', () => resolve(new Error('it tries to connect')))
  }).finally(() => undefined)

describe('a connection to a host', () => {
  // The resolver takes all of these for 169.254.169.254.
  it.each(['0xa9fea9fe', '2852039166', '169.254.43518', '0251.0376.0251.0376'])('is refused where the name %s leads', async (name) => {
    expect(await errorOf(name)).toMatchObject({ code: 'EADDRNOTAVAIL', message: expect.stringContaining('leads to 169.254.169.254') })
  })

  it('goes where other names lead', async () => {
    expect(await errorOf('localhost')).toMatchObject({ code: 'ECONNREFUSED' })
    expect(await errorOf('no-such-host.invalid')).toMatchObject({ code: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/) })
  })

  it('answers in both forms that connections ask for', async () => {
    const ask = (all: boolean) => new Promise((resolve) => safeLookup('localhost', { all, family: 4 }, (...answer) => resolve(answer)))
    expect(await ask(false)).toEqual([null, '127.0.0.1', 4])
    expect(await ask(true)).toEqual([null, [{ address: '127.0.0.1', family: 4 }]])
  })
})
