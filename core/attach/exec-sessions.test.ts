import { PassThrough } from 'node:stream'
import { describe, expect, it, vi } from 'vitest'
import { systemClock } from '../base/clock.ts'
import type { Principal } from '../base/routing.ts'
import type { Instance } from '../contract/index.ts'
import { FakeHost } from '../engines/fake-host.ts'
import type { Engine } from '../engines/index.ts'
import { Store } from '../store/index.ts'
import { ExecSessions } from './exec-sessions.ts'

const PRINCIPAL: Principal = { actor: 'olga', user: 'olga', role: 'operator', scopes: ['apps'], via: 'session', tokenId: null }
const REQUEST = { id: 'shop-1', command: ['sh'], tty: false, columns: 80, rows: 24 }

async function sessions() {
  const printed = new PassThrough({ objectMode: true })
  const close = vi.fn(() => printed.end())
  const ignore = () => undefined
  const output = printed as AsyncIterable<{ stream: 'stdout'; data: Uint8Array }>
  const session = { output, exitCode: Promise.resolve(0), write: ignore, end: ignore, resize: ignore, close }
  const engine: Engine = { ...new FakeHost().connect(), exec: () => Promise.resolve(session) }
  const store = await Store.open(':memory:')
  const instance = { id: 'shop-1', app: 'shop', host: 'h', status: 'running' } as Instance
  const exec = new ExecSessions({ store, clock: systemClock, instance: () => Promise.resolve(instance), engine: () => engine })
  return { exec, printed, close, store }
}

describe('a command inside an instance', () => {
  it('is ended when its reader vanishes, although it prints nothing', async () => {
    const { exec, close } = await sessions()
    const { session } = await exec.open(REQUEST, PRINCIPAL)
    const left = new AbortController()
    const next = exec.output(session, PRINCIPAL, left.signal).next()
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect(close).not.toHaveBeenCalled()
    left.abort()
    await next
    expect(close).toHaveBeenCalledOnce()
    expect(() => exec.input(session, { end: true }, PRINCIPAL)).toThrow('there is no such session')
  })

  it('is ended when it cannot be recorded that it was opened', async () => {
    const { exec, close, store } = await sessions()
    vi.spyOn(store, 'write').mockRejectedValue(new Error('the disk is full'))
    await expect(exec.open(REQUEST, PRINCIPAL)).rejects.toThrow('the disk is full')
    expect(close).toHaveBeenCalledOnce()
  })

  it('belongs to whoever opened it', async () => {
    const { exec } = await sessions()
    const { session } = await exec.open(REQUEST, PRINCIPAL)
    expect(() => exec.close(session, { ...PRINCIPAL, actor: 'eve' })).toThrow('there is no such session')
    exec.closeAll()
  })
})
