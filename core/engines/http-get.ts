import { request } from 'node:http'
import type { Engine } from './engine.ts'

export interface HttpGet {
  port: number
  path: string
  timeoutMs: number
  /** More of the body than this is an error. */
  maxBytes: number
}

/**
 * Fetches a page from a port of a host, through the engine's own way to it. Rejects when nothing answers in time, or not with
 * HTTP, or with too much.
 */
export async function httpGet(
  engine: Pick<Engine, 'dial'>,
  { port, path, timeoutMs, maxBytes }: HttpGet,
): Promise<{ status: number; body: string }> {
  const signal = AbortSignal.timeout(timeoutMs)
  const dialled = engine.dial(port)
  try {
    return await new Promise((resolve, reject) => {
      const late = () => reject(new Error(`no answer within ${timeoutMs} ms`))
      signal.addEventListener('abort', late, { once: true })
      dialled
        .then((socket) => {
          const outgoing = request(
            { path: asciiPath(path), headers: { host: `localhost:${port}`, connection: 'close' }, createConnection: () => socket },
            (answer) => {
              const chunks: Buffer[] = []
              let bytes = 0
              answer.on('data', (chunk: Buffer) => {
                bytes += chunk.length
                if (bytes > maxBytes) reject(new Error(`the answer is longer than ${maxBytes} bytes`))
                else chunks.push(chunk)
              })
              answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }))
              answer.on('error', reject)
            },
          )
          outgoing.on('error', reject)
          outgoing.end()
        })
        .catch(reject)
    })
  } finally {
    void dialled.then((socket) => socket.destroy()).catch(() => undefined)
  }
}

/** People write paths in every script; a request line holds visible ASCII only. */
function asciiPath(path: string): string {
  return path.toWellFormed().replace(/[^\u0021-\u007e]+/g, encodeURIComponent)
}
