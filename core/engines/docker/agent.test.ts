import { createServer, request, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { Duplex } from 'node:stream'
import { text } from 'node:stream/consumers'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DialAgent } from './agent.ts'

describe('HTTP over a connection that is not a socket', () => {
  const server = createServer((incoming, outgoing) => outgoing.end(`you asked for ${incoming.url ?? ''}`))
  let dials = 0

  // As an SSH channel is: a duplex stream and nothing more.
  const open = async () => {
    dials++
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    const readable = socket.iterator({ destroyOnReturn: false })
    return Duplex.from({ readable, writable: socket })
  }
  const get = (agent: DialAgent, path: string) =>
    new Promise<string>((resolve, reject) => {
      const outgoing = request({ agent, path }, (answer: IncomingMessage) => {
        text(answer).then(resolve, reject)
      })
      outgoing.on('error', reject)
      outgoing.end()
    })

  beforeEach(async () => {
    dials = 0
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })

  it('uses a kept connection again, without piling up listeners', async () => {
    const agent = new DialAgent(open, 2)
    const warnings: Error[] = []
    const note = (warning: Error) => warnings.push(warning)
    process.on('warning', note)
    for (let turn = 0; turn < 30; turn++) expect(await get(agent, `/${turn}`)).toBe(`you asked for /${turn}`)
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', note)
    expect([dials, warnings]).toEqual([1, []])
    agent.destroy()
  })

  it('opens one for every request if none is to be kept', async () => {
    const agent = new DialAgent(open, 0)
    for (let turn = 0; turn < 3; turn++) await get(agent, '/')
    expect(dials).toBe(3)
  })

  it('fails the request when it cannot connect', async () => {
    const agent = new DialAgent(() => Promise.reject(new Error('the tunnel is gone')), 2)
    await expect(get(agent, '/')).rejects.toThrow('the tunnel is gone')
  })

  it('is cheap to render, however many connections it has', () => {
    expect(inspect({ agent: new DialAgent(open, 2) }, { showHidden: true, depth: null })).toBe('{ agent: DialAgent }')
  })
})
