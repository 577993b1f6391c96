import { join } from 'node:path'
import { app } from 'electron'
import { createCore, type Core } from '../core/core.ts'
import { keychainStore } from './keychain.ts'

interface Places {
  dataDir: string
  /** The built program: a checkout, or the archive of an installed desktop. */
  program: string
}

type Listener = Parameters<Core['watchStatus']>[0]

/** The core of this computer: started when it is first needed, and offered to other programs here when that is wanted. */
export class LocalCore {
  readonly #places: Places
  readonly #listener: Listener
  #core: Promise<Core> | undefined
  #running: Core | undefined
  #withdraw: (() => Promise<void>) | undefined
  #offering: Promise<void> = Promise.resolve()
  #offered = false

  constructor(places: Places, listener: Listener) {
    this.#places = places
    this.#listener = listener
  }

  /** Resolves when the core runs; a start that failed is tried again by the next call. */
  start(): Promise<Core> {
    this.#core ??= this.#start().catch((error: unknown) => {
      this.#core = undefined
      throw error
    })
    return this.#core
  }

  /** Answers a request of this computer's own windows. */
  async fetch(request: Request): Promise<Response> {
    try {
      return await (await this.start()).fetch(request, { principal: 'desktop' })
    } catch (error) {
      return new Response(error instanceof Error ? error.message : String(error), { status: 503 })
    }
  }

  /** Lets programs of this computer connect, or no longer; the last word counts. Rejects when no server can be opened. */
  offer(on: boolean): Promise<void> {
    this.#offered = on
    this.#offering = this.#offering.catch(() => undefined).then(() => this.#settle())
    return this.#offering
  }

  async stop(): Promise<void> {
    await this.#core
    await this.offer(false)
    await this.#running?.stop()
  }

  async #start(): Promise<Core> {
    const { dataDir, program } = this.#places
    const keyStore = await keychainStore(dataDir)
    const core = await createCore({
      dataDir,
      rendererDir: join(program, 'out/renderer'),
      docsDir: join(program, 'out/docs'),
      samplesDir: join(program, 'resources/samples'),
      version: app.getVersion(),
      ...(keyStore ? { keyStore } : {}),
    })
    await core.start()
    core.watchStatus(this.#listener)
    this.#running = core
    void this.offer(this.#offered).catch(() => undefined)
    return core
  }

  async #settle(): Promise<void> {
    const core = this.#running
    if (!core || this.#offered === (this.#withdraw !== undefined)) return
    if (this.#withdraw) {
      await this.#withdraw()
      this.#withdraw = undefined
      return
    }
    const { dataDir } = this.#places
    // Not needed for the first window, so it is not loaded before it.
    const { openServer, publishServer, withdrawServer } = await import('../core/local-server.ts')
    const server = await openServer(core, { host: '127.0.0.1', port: 0 })
    this.#withdraw = async () => {
      await withdrawServer(dataDir)
      await server.close()
    }
    await publishServer(core, dataDir, server.url)
  }
}
