import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { QuickGets } from './quick-gets.ts'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

/** A server, requests to it, and the connections that were made. */
async function rig(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  cleanups.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const sockets: Socket[] = []
  const gets = new QuickGets(() => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    sockets.push(socket)
    return Promise.resolve(socket)
  })
  const get = async (path: string, options: { timeoutMs?: number; urgent?: boolean } = {}) => {
    const { status, body } = await gets.get(path, { timeoutMs: 2000, ...options, late: () => new Error('too late') })
    return `${status} ${body.toString()}`
  }
  return { server, sockets, get }
}

describe('quick requests', () => {
  it('share a kept connection, one after the other', async () => {
    const { get, sockets } = await rig((request, response) => response.end(`you asked for ${request.url}`))
    for (const turn of [1, 2, 3]) expect(await get(`/${turn}`)).toBe(`200 you asked for /${turn}`)
    expect(sockets.length).toBe(1)
  })

  it('go over two connections at once, save urgent ones, which do not wait', async () => {
    const held: ServerResponse[] = []
    const { get, sockets } = await rig((request, response) => {
      if (request.url === '/_ping') response.end('OK')
      else held.push(response)
    })
    const slow = Array.from({ length: 9 }, (_, index) => get(`/${index}`))
    await expect.poll(() => held.length).toBe(2)
    expect(await get('/_ping', { urgent: true })).toBe('200 OK')
    const release = setInterval(() => held.splice(0).forEach((response) => response.end('slow')), 5)
    expect(await Promise.all(slow)).toEqual(slow.map(() => '200 slow'))
    clearInterval(release)
    expect(sockets.length).toBeLessThanOrEqual(3)
  })

  it('are given up in time, and the answer that comes later is nobody else’s', async () => {
    const held: ServerResponse[] = []
    const { get } = await rig((request, response) => {
      if (request.url === '/slow') held.push(response)
      else response.end(request.url)
    })
    await expect(get('/slow', { timeoutMs: 50 })).rejects.toThrow('too late')
    held[0]?.end('the slow one')
    expect(await get('/next')).toBe('200 /next')
  })

  it('try a new connection when a kept one was closed meanwhile, and fail when a new one is', async () => {
    const { get, server, sockets } = await rig((request, response) => {
      if (request.url === '/cut') response.destroy()
      else response.end('fine')
    })
    expect(await get('/one')).toBe('200 fine')
    server.closeAllConnections()
    expect(await get('/two')).toBe('200 fine')
    expect(sockets.length).toBe(2)
    await expect(get('/cut')).rejects.toThrow(/hang up|ECONNRESET/)
    expect(await get('/three')).toBe('200 fine')
  })
})
