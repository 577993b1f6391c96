import { describe, expect, it } from 'vitest'
import { createTransport } from './transport.ts'

const refused = () => new TypeError('fetch failed', { cause: Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }) })
const put = () => new Request('http://a/x', { method: 'PUT', body: 'text' })

describe('createTransport', () => {
  it('sends a lost change once more, with the same key and body', async () => {
    const seen: [string | null, string][] = []
    const transport = createTransport(async (request) => {
      seen.push([request.headers.get('idempotency-key'), await request.text()])
      if (seen.length === 1) throw refused()
      return new Response('ok')
    })
    expect(await (await transport(put())).text()).toBe('ok')
    expect(seen[0]).toEqual(seen[1])
    expect(seen[0]?.[0]).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('gives up after that, saying why', async () => {
    let calls = 0
    const transport = createTransport(async () => {
      calls += 1
      throw refused()
    })
    await expect(transport(put())).rejects.toMatchObject({ exitCode: 6, message: 'http://a does not answer: nothing listens there' })
    expect(calls).toBe(2)
  })

  it('marks no read, and repeats no answer that was given', async () => {
    const keys: (string | null)[] = []
    const transport = createTransport(async (request) => {
      keys.push(request.headers.get('idempotency-key'))
      return new Response(null, { status: 500 })
    })
    expect((await transport(new Request('http://a/x'))).status).toBe(500)
    expect(keys).toEqual([null])
  })

  it('marks no input to a command, and sends it once', async () => {
    const keys: (string | null)[] = []
    const transport = createTransport(async (request) => {
      keys.push(request.headers.get('idempotency-key'))
      throw refused()
    })
    const input = new Request('http://a/api/v1/exec/abc/input', { method: 'POST', body: 'text' })
    await expect(transport(input)).rejects.toMatchObject({ exitCode: 6 })
    expect(keys).toEqual([null])
  })

  it('waits as long as a busy server asks', async () => {
    let calls = 0
    const transport = createTransport(async () => {
      calls += 1
      return calls === 1 ? new Response(null, { status: 429, headers: { 'retry-after': '0.01' } }) : new Response('ok')
    })
    expect((await transport(put())).status).toBe(200)
  })

  it('does not repeat what was cancelled', async () => {
    let calls = 0
    const transport = createTransport(async () => {
      calls += 1
      throw new DOMException('cancelled', 'AbortError')
    })
    await expect(transport(put())).rejects.toThrow('cancelled')
    expect(calls).toBe(1)
  })
})
