import { createServer, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { httpGet } from './http-get.ts'

const asked: string[] = []
let server: Server
let port: number

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '')
    if (request.url === '/away') response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end()
    else response.end('x'.repeat(100))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  port = (server.address() as AddressInfo).port
})
afterAll(() => server.close())

const dialled: number[] = []
const engine = {
  dial: async (to: number) => {
    dialled.push(to)
    return connect(to, '127.0.0.1')
  },
}
const get = (path: string, maxBytes = 1000) => httpGet(engine, { port, path, timeoutMs: 2000, maxBytes })

describe('httpGet', () => {
  it.each([
    ['/healthz', '/healthz'],
    ['/你好?q=é', '/%E4%BD%A0%E5%A5%BD?q=%C3%A9'],
    ['/a b\r\nInjected: yes', '/a%20b%0D%0AInjected:%20yes'],
    ['/\u0001\ud800', '/%01%EF%BF%BD'],
  ])('asks for exactly the path %j', async (path, sent) => {
    expect(await get(path)).toMatchObject({ status: 200 })
    expect(asked.at(-1)).toBe(sent)
  })

  it('goes nowhere but to the port it was given: a redirect is an answer', async () => {
    dialled.length = 0
    expect(await get('/away')).toMatchObject({ status: 302 })
    expect(dialled).toEqual([port])
  })

  it('does not swallow endless answers', async () => {
    await expect(get('/', 10)).rejects.toThrow('longer than 10 bytes')
  })

  it('fails where there is nobody', async () => {
    await expect(
      httpGet({ dial: () => Promise.reject(new Error('nobody')) }, { port, path: '/', timeoutMs: 500, maxBytes: 1 }),
    ).rejects.toThrow('nobody')
  })
})
