import { existsSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, ListenOptions } from 'node:net'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { FakeContainers, type FakeContainer } from './fake-containers.ts'
import { POOL_FILE, type PoolFile } from './seed-pool.ts'

interface FakeHostOptions {
  name: string
  /** A path, or TCP with TLS on this machine, where a client certificate of the same CA is asked for. */
  socket: string | { ca: string; cert: string; key: string }
  cpuMillis: number
  memoryBytes: number
}

const CPU_SHARE_IN_USE = 0.04

/**
 * A Docker Engine that runs nothing: it speaks the part of the Docker API that starts, stops, lists, measures and reads the output
 * of containers, over a unix socket or TCP. Thousands fit into one process, which is what real engines are too heavy for.
 */
export class FakeDockerHost {
  readonly name: string
  readonly containers = new FakeContainers()
  readonly #options: FakeHostOptions
  #server: Server | undefined
  #port = 0

  constructor(options: FakeHostOptions) {
    this.name = options.name
    this.#options = options
  }

  async listen(): Promise<void> {
    const { socket } = this.#options
    const answer = (request: IncomingMessage, response: ServerResponse) => void this.#answer(request, response)
    const server = typeof socket === 'string' ? createServer(answer) : createTlsServer({ ...socket, requestCert: true }, answer)
    server.keepAliveTimeout = 0
    if (typeof socket === 'string') rmSync(socket, { force: true })
    const where: ListenOptions = typeof socket === 'string' ? { path: socket } : { host: '127.0.0.1', port: this.#port }
    await new Promise<void>((done, failed) => server.once('error', failed).listen(where, done))
    if (typeof socket !== 'string') this.#port = (server.address() as AddressInfo).port
    this.#server = server
  }

  /** Port on 127.0.0.1, the same again after `cutOff`; 0 where it listens on a path. */
  get port(): number {
    return this.#port
  }

  /** The host is gone from the network: every connection breaks, and no new one is taken until `listen`. */
  cutOff(): void {
    const { socket } = this.#options
    this.#server?.closeAllConnections()
    this.#server?.close()
    this.#server = undefined
    if (typeof socket === 'string') rmSync(socket, { force: true })
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://docker')
    const [, area, name, action] = pathname.split('/')
    if (area === '_ping') return void response.end('OK')
    if (area === 'version') {
      send(response, 200, { Version: '20.10.24', ApiVersion: '1.41' })
      return
    }
    if (area === 'info') {
      send(response, 200, this.#info())
      return
    }
    if (area === 'events') {
      this.#events(response)
      return
    }
    if (area !== 'containers') {
      send(response, 501, { message: `this engine does not know ${pathname}` })
      return
    }
    if (name === 'json') {
      send(response, 200, this.containers.all().map(listed))
      return
    }
    if (name === 'create') return this.#create(searchParams.get('name') ?? '', { request, response })
    const container = this.containers.find(name ?? '')
    if (!container) {
      send(response, 404, { message: `No such container: ${name}` })
      return
    }
    this.#act(container, action ?? (request.method === 'DELETE' ? 'remove' : ''), response)
  }

  #info(): unknown {
    const { cpuMillis, memoryBytes } = this.#options
    return {
      ...{ NCPU: cpuMillis / 1000, MemTotal: memoryBytes, OperatingSystem: 'Debian GNU/Linux 12 (bookworm)', Architecture: 'x86_64' },
      ...{ DockerRootDir: '/var/lib', InitCommit: { ID: 'de40ad0' } },
    }
  }

  #events(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
    response.once(
      'close',
      this.containers.onChange((line) => response.write(line)),
    )
  }

  async #create(name: string, { request, response }: { request: IncomingMessage; response: ServerResponse }): Promise<void> {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const { Labels } = JSON.parse(body) as { Labels: Record<string, string> }
    const container = this.containers.create(name, Labels)
    if (container) send(response, 201, { Id: container.id, Warnings: [] })
    else send(response, 409, { message: `Conflict. The container name "/${name}" is already in use` })
  }

  #act(container: FakeContainer, action: string, response: ServerResponse): void {
    if (action === 'json') {
      send(response, 200, inspected(container))
      return
    }
    if (action === 'stats') {
      send(response, 200, measured(container))
      return
    }
    if (action === 'logs') {
      writeLog(container, response)
      return
    }
    if (action === 'start') this.containers.start(container)
    else if (action === 'stop') this.containers.end(container, 0)
    else if (action === 'remove') this.containers.remove(container)
    else {
      send(response, 501, { message: `this engine cannot "${action}"` })
      return
    }
    response.writeHead(204).end()
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** Two lines of output, framed as Docker does where there is no terminal; one that is followed stays open. */
function writeLog({ name }: FakeContainer, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/vnd.docker.raw-stream' })
  for (const text of ['started', `hello from ${name}`]) {
    const line = Buffer.from(`${new Date().toISOString()} ${text}\n`)
    const head = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0])
    head.writeUInt32BE(line.length, 4)
    response.write(Buffer.concat([head, line]))
  }
  if (!new URL(response.req.url ?? '/', 'http://docker').searchParams.get('follow')?.match(/^(?:1|true)$/)) response.end()
}

function listed({ id, name, labels, state }: FakeContainer): unknown {
  return { Id: id, Names: [`/${name}`], Labels: labels, State: state, Command: 'app' }
}

function stateOf({ state, exitCode, startedAt, finishedAt }: FakeContainer): unknown {
  const time = (at: number) => (at === 0 ? '0001-01-01T00:00:00Z' : new Date(at).toISOString())
  return { Status: state, ExitCode: exitCode, StartedAt: time(startedAt), FinishedAt: time(finishedAt), Error: '', OOMKilled: false }
}

function inspected(container: FakeContainer): unknown {
  return { Id: container.id, Name: `/${container.name}`, Config: { Labels: container.labels }, State: stateOf(container) }
}

/** Steady use that differs from container to container by its name, so that hosts do not all look alike. */
function measured({ name, state, startedAt }: FakeContainer): unknown {
  if (state !== 'running') return { read: '0001-01-01T00:00:00Z', memory_stats: {}, cpu_stats: { cpu_usage: { total_usage: 0 } } }
  const weight = 1 + (Array.from(name).reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 20)
  const usage = (Date.now() - startedAt) * 1e6 * CPU_SHARE_IN_USE * weight
  return {
    read: new Date().toISOString(),
    memory_stats: { usage: weight * 48 * 2 ** 20 },
    cpu_stats: { cpu_usage: { total_usage: Math.round(usage) } },
  }
}

/** Every host of a seeded pool that is to answer, or every `of`th from `part` on, as one process can only open so many sockets. */
export async function openFakePool(file: string, { part, of } = { part: 0, of: 1 }): Promise<FakeDockerHost[]> {
  const pool = JSON.parse(readFileSync(file, 'utf8')) as PoolFile
  const hosts: FakeDockerHost[] = []
  for (const { answers, containers, ...options } of pool.hosts.filter((_, index) => index % of === part)) {
    const host = new FakeDockerHost(options)
    for (const instance of containers) host.containers.adopt(pool.installation, instance)
    if (answers) await host.listen()
    hosts.push(host)
  }
  return hosts
}

/** Ends `perSecond` running containers a second, in turn over all hosts. Returns how to stop that. */
export function churn(hosts: readonly FakeDockerHost[], perSecond: number): () => void {
  let next = 0
  const timer = setInterval(() => {
    for (let done = 0; done < Math.max(1, perSecond / 10); done++) {
      const containers = hosts[next++ % hosts.length]?.containers
      const running = containers?.all().find(({ state }) => state === 'running')
      if (containers && running) containers.end(running, 1)
    }
  }, 100)
  return () => clearInterval(timer)
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { data: { type: 'string' }, churn: { type: 'string', default: '0' } } })
  const file = resolve(values.data ?? '.', POOL_FILE)
  if (!existsSync(file)) throw new Error(`there is no ${POOL_FILE} in --data ${values.data ?? '(not given)'}: run seed-pool first`)
  const hosts = await openFakePool(join(file))
  if (Number(values.churn) > 0) churn(hosts, Number(values.churn))
  console.log(JSON.stringify({ hosts: hosts.length }))
}
