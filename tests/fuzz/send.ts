import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'

/** A request as it goes over the wire. */
export interface WireRequest {
  method: string
  /** Path and query, exactly as sent. */
  target: string
  headers: Record<string, string>
  body: Uint8Array | string | null
}

export interface WireAnswer {
  status: number
  headers: Record<string, string>
  body: string
  /** How it went where there is no status: the connection was closed, or nothing came in time. */
  failure: string
  durationMs: number
}

interface SendOptions {
  port: number
  /** Address on loopback that the request comes from: each has a rate of its own. */
  from: string
  /** A stream is left after this time. */
  streamMs: number
}

/** More than any answer may take, also on a machine with much else to do. */
const ANSWER_WITHIN_MS = 90_000
const MAX_READ_BYTES = 4 * 2 ** 20

/** Sends one request over a connection of its own and reads the answer; of a stream only its beginning. Never rejects. */
export function send(request: WireRequest, options: SendOptions): Promise<WireAnswer> {
  const started = performance.now()
  return new Promise((resolve) => {
    let settled = false
    const end = (answer: Omit<WireAnswer, 'durationMs'>) => {
      if (settled) return
      settled = true
      clearTimeout(timer)
      outgoing.destroy()
      resolve({ ...answer, durationMs: Math.round(performance.now() - started) })
    }
    const failed = (failure: string) => end({ status: 0, headers: {}, body: '', failure })
    const timer = setTimeout(() => failed('no answer in time'), ANSWER_WITHIN_MS)
    const { method, target, headers, body } = request
    const length = body === null || 'content-length' in headers ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const outgoing = httpRequest(
      {
        host: '127.0.0.1',
        port: options.port,
        localAddress: options.from,
        method,
        path: target,
        headers: { ...headers, ...length },
        agent: false,
      },
      (incoming) => {
        const chunks: Buffer[] = []
        let bytes = 0
        const shown = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]))
        const done = () => end({ status: incoming.statusCode ?? 0, headers: shown, body: Buffer.concat(chunks).toString(), failure: '' })
        if (shown['content-type']?.includes('text/event-stream')) setTimeout(done, options.streamMs)
        incoming.on('data', (chunk: Buffer) => {
          bytes += chunk.length
          if (bytes <= MAX_READ_BYTES) chunks.push(chunk)
        })
        incoming.on('end', done).on('error', done)
      },
    )
    outgoing.on('error', (error) => failed(error.message))
    outgoing.end(body ?? undefined)
  })
}

/** Sends bytes that are no proper HTTP and gives what comes back until the connection is closed. */
export function sendBytes(port: number, bytes: Uint8Array | string, waitMs: number): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    const end = () => {
      clearTimeout(timer)
      socket.destroy()
      resolve(answer)
    }
    const timer = setTimeout(end, waitMs)
    socket.on('data', (data) => (answer += data.toString('latin1')))
    socket.on('end', end).on('error', end)
  })
}
