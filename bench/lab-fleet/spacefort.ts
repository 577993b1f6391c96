import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { App, Event, Host } from '../../core/contract/index.ts'
import type { Contender, Workload } from './contender.ts'

const ROOT = join(import.meta.dirname, '../..')
const READY_WITHIN_MS = 60_000
const APP = 'bench'

/** A real core in a process of its own, on a data folder of its own, used through its API as everybody else does. */
export class Spacefort implements Contender {
  readonly name = 'spacefort'
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'spacefort-bench-'))
  #core: ChildProcess | undefined
  #url = ''
  #token = ''
  #wanted = 0

  /** Starts the core, or starts it again; with `preload` that file is loaded into it first. */
  async serve(preload?: string): Promise<void> {
    const loading = preload === undefined ? [] : ['--import', join(import.meta.dirname, preload)]
    const args = [...loading, join(ROOT, 'core/main.ts'), 'serve', '--data', this.#dataDir, '--port', '0', '--json']
    this.#core = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
    const { url, token } = JSON.parse(await firstLine(this.#core)) as { url: string; token: string }
    this.#url = url
    this.#token = token
  }

  get process(): ChildProcess {
    if (!this.#core) throw new Error('the core was not started')
    return this.#core
  }

  async call<T = unknown>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<T> {
    const headers = { authorization: `Bearer ${this.#token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
    const response = await fetch(`${this.#url}/api/v1${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return (text === '' ? undefined : JSON.parse(text)) as T
  }

  /** Adds the lab's hosts and takes the workstation itself out, so that everybody works with the same hosts. */
  async addHosts(inventoryPath: string): Promise<void> {
    await this.call('POST', '/host-imports', { format: 'yaml', text: readFileSync(inventoryPath, 'utf8') })
    await this.#until('its hosts are not ready', async () => {
      const { items } = await this.call<{ items: Host[] }>('GET', '/hosts')
      return items.length > 1 && items.every(({ status }) => status === 'ready')
    })
    await this.call('POST', '/hosts/workstation/cordon', {})
  }

  /** The same workload as an app; nothing set that would make it quicker than others. */
  async define({ image, command, port, memoryBytes }: Workload): Promise<void> {
    const spec = {
      name: APP,
      image,
      command,
      instances: 0,
      resources: { cpu: '10m', memory: memoryBytes },
      ports: [{ name: 'http', container: port }],
      spread: ['host'],
    }
    await this.call('PUT', `/apps/${APP}`, { spec })
  }

  async scale(count: number): Promise<void> {
    this.#wanted = count
    await this.call('POST', `/apps/${APP}/scale`, { instances: count })
  }

  async settle(): Promise<void> {
    await this.#until('it does not settle', async () => {
      const { items } = await this.call<{ items: Host[] }>('GET', '/hosts')
      const { running, starting, wanted, outdated } = await this.call<App>('GET', `/apps/${APP}`)
      const calm = running === this.#wanted && wanted === this.#wanted && starting + outdated === 0
      return calm && items.every(({ status }) => status === 'ready')
    })
  }

  /** Newest first. */
  async lastEvents(limit: number): Promise<Event[]> {
    const { items } = await this.call<{ items: Event[] }>('GET', `/events?limit=${limit}`)
    return items
  }

  async stop(): Promise<void> {
    const core = this.#core
    if (!core || core.exitCode !== null || core.signalCode !== null) return
    const ended = new Promise((resolve) => core.once('exit', resolve))
    core.kill('SIGTERM')
    await ended
  }

  async dispose(): Promise<void> {
    await this.stop()
    rmSync(this.#dataDir, { recursive: true, force: true })
  }

  async #until(complaint: string, reached: () => Promise<boolean>): Promise<void> {
    const end = Date.now() + READY_WITHIN_MS
    while (!(await reached())) {
      if (Date.now() > end) throw new Error(complaint)
      await sleep(250)
    }
  }
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.once('exit', (code) => {
      reject(new Error(`the core ended with ${code} before it was ready`))
    })
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')))
    })
  })
}
