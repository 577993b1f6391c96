import { readFileSync } from 'node:fs'
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as TlsAgent, request as httpsRequest } from 'node:https'
import { join } from 'node:path'
import { engineSocket, type HostState, type LabState } from '../../lab/index.ts'

const API = '/v1.41'

type Send = (options: { method: string; path: string; headers: Record<string, string | number> }) => ReturnType<typeof httpRequest>

/** One engine's API and nothing around it: what a measurement compares with and looks through. */
export class EngineLink {
  readonly host: HostState
  readonly #send: Send

  private constructor(host: HostState, send: Send) {
    this.host = host
    this.#send = send
  }

  /** Through the engine's own socket, which no cut link concerns. */
  static bySocket(host: HostState): EngineLink {
    const agent = new Agent({ keepAlive: true })
    return new EngineLink(host, (options) => httpRequest({ ...options, socketPath: engineSocket(host), agent }))
  }

  /** Over the network and TLS, as everybody has to who is not on the host; connections are used again. */
  static byTls(lab: LabState, host: HostState): EngineLink {
    const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readFileSync(join(lab.dir, name)))
    const agent = new TlsAgent({ keepAlive: true, ca, cert, key })
    return new EngineLink(host, (options) => httpsRequest({ ...options, host: host.address, port: 2376, agent }))
  }

  /** The parsed answer; rejects with the engine's own words. */
  async call<T = unknown>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<T> {
    const response = await this.#answer(method, path, body)
    const text = await textOf(response)
    if ((response.statusCode ?? 500) >= 400) throw new Error(`${this.host.name}: ${method} ${path}: ${response.statusCode} ${text.trim()}`)
    return (text.trim() === '' ? undefined : JSON.parse(text)) as T
  }

  /** Hands over every line of an endless answer; returns how to hang up. */
  async follow(path: string, line: (value: unknown) => void): Promise<() => void> {
    const response = await this.#answer('GET', path)
    let rest = ''
    response.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      for (const text of lines) if (text.trim() !== '') line(JSON.parse(text))
    })
    response.on('error', () => undefined)
    return () => response.destroy()
  }

  #answer(method: string, path: string, body?: object): Promise<IncomingMessage> {
    const payload = body === undefined ? '' : JSON.stringify(body)
    const headers = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }
    return new Promise((resolve, reject) => {
      const request = this.#send({ method, path: API + path, headers })
      request.once('response', resolve).once('error', reject)
      request.end(payload)
    })
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) text += String(chunk)
  return text
}
