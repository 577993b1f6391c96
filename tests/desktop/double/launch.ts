import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContext, type Page, type Route } from 'playwright-core'
import { connect, type Call } from './rpc.ts'

/** A window as the program made it. */
export interface WindowSeen {
  id: number
  title: string
  url: string
  bounds: { x: number; y: number; width: number; height: number }
  maximized: boolean
  fullScreen: boolean
  options: { webPreferences: Record<string, unknown> }
}

interface Opened {
  id: number
  url: string
  preload: string | undefined
  partition: string
}

const ROOT = join(import.meta.dirname, '../../..')
const CHROMIUM = '/usr/bin/chromium'
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
/** Name of the session of this computer's own windows. */
const DEFAULT = 'default'
const WAIT_MS = 20_000
const ABORTED = 'ERR_ABORTED'
const ERROR_PAGE = 'chrome-error://chromewebdata/'
const ERROR_PAGE_WAIT_MS = 2_000
const STRAY_WAIT_MS = 5_000

/** The built desktop shell, running on the double of Electron. */
export class DesktopDouble {
  readonly dataDir: string
  readonly #pages = new Map<number, Page>()
  readonly #making = new Map<number, Promise<Page>>()
  readonly #loaded = new Set<number>()
  readonly #partitions = new Map<number, string>()
  /** The address that the program itself opens in a window, until it is asked for. */
  readonly #opening = new Map<number, string>()
  readonly call: Call
  readonly exited: Promise<number>
  /** What the program wrote to standard error. */
  output = ''
  readonly #child: ChildProcess
  readonly #ownsData: boolean
  #browser: Promise<Browser> | undefined
  readonly #contexts = new Map<string, Promise<BrowserContext>>()

  constructor(options: { env?: Record<string, string>; dataDir?: string; program?: string; args?: string[] } = {}) {
    this.#ownsData = options.dataDir === undefined
    this.dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'spacefort-desktop-'))
    this.#child = fork(join(options.program ?? process.env.SPACEFORT_PROGRAM ?? ROOT, 'out/main/index.js'), options.args ?? [], {
      execArgv: ['--import', join(import.meta.dirname, 'register.ts')],
      env: { ...process.env, SPACEFORT_DATA: this.dataDir, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Structured messages keep what JSON would lose.
      serialization: 'advanced',
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()))
    this.exited = once(this.#child, 'exit').then(([code]) => Number(code))
    this.call = connect(this.#child, {
      'open-page': (opened: Opened) => this.#openPage(opened),
      'close-page': ({ id }: { id: number }) => this.#closePage(id),
      reload: () => undefined,
    })
  }

  /** The page of the nth window that was opened; waits until it has loaded. */
  async page(id = 1): Promise<Page> {
    const deadline = Date.now() + WAIT_MS
    for (;;) {
      const page = this.#pages.get(id)
      if (page && this.#loaded.has(id)) return page
      if (this.#child.exitCode !== null || Date.now() > deadline) throw new Error(`window ${id} did not open:\n${this.output}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  windows(): Promise<WindowSeen[]> {
    return this.call('windows')
  }

  /** Ends the program as a person does, so that it can remember what it wants to. */
  async quit(): Promise<number> {
    await this.call('quit')
    return this.exited
  }

  /** Ends the program, Chromium and the data folder, in whatever state they are. */
  async dispose(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGKILL')
      await this.exited
    }
    await (await this.#browser)?.close()
    if (this.#ownsData) rmSync(this.dataDir, { recursive: true, force: true })
  }

  /** Opens an address in a window's page; the name of Chromium's error when that fails. */
  async #openPage(opened: Opened): Promise<string | undefined> {
    const { id, url } = opened
    // A second address may come before the page for the first one is there.
    const making = this.#making.get(id) ?? this.#newPage(opened)
    this.#making.set(id, making)
    const page = await making
    this.#opening.set(id, url.split('#')[0] ?? '')
    try {
      await page.goto(url)
      return undefined
    } catch (error) {
      const failure = /net::(\w+)/.exec(String(error))?.[1] ?? String(error)
      // Chromium's own error page comes a moment later, and would take the place of what the program opens next.
      if (failure !== ABORTED) await page.waitForURL(ERROR_PAGE, { timeout: ERROR_PAGE_WAIT_MS }).catch(() => undefined)
      return failure
    } finally {
      this.#loaded.add(id)
    }
  }

  async #newPage({ id, preload, partition }: Opened): Promise<Page> {
    const known = this.#contexts.get(partition) ?? this.#newContext()
    this.#contexts.set(partition, known)
    const page = await (await known).newPage()
    this.#pages.set(id, page)
    this.#partitions.set(id, partition)
    page.on('framenavigated', (frame) => frame === page.mainFrame() && void this.#navigated(id, page))
    if (preload === undefined) return page
    await page.exposeBinding('__ipcSend', ({ frame }, channel: string, args: unknown[]) =>
      this.call('ipc', { channel, args, url: frame.url() }),
    )
    // A sandboxed preload has `require` for electron only, and nothing it declares reaches the page.
    await page.addInitScript(`(() => {
      const ipcRenderer = { send: (channel, ...args) => { void window.__ipcSend(channel, args) } }
      const require = (name) => { if (name !== 'electron') throw new Error('module not found: ' + name); return { ipcRenderer } };
      ${readFileSync(preload, 'utf8')}
    })()`)
    return page
  }

  async #navigated(id: number, page: Page): Promise<void> {
    const title = await page.title().catch(() => '')
    if (this.#child.connected) await this.call('navigated', { id, url: page.url(), title }).catch(() => undefined)
  }

  async #closePage(id: number): Promise<void> {
    await this.#pages.get(id)?.close()
    this.#pages.delete(id)
  }

  async #newContext(): Promise<BrowserContext> {
    this.#browser ??= chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
    const context = await (await this.#browser).newContext({ locale: 'en-US' })
    await context.route('**/*', (route) => this.#decide(route).catch(() => route.abort().catch(() => undefined)))
    return context
  }

  /** Asks the program about every way out of a page, and what lets the page's own requests through. */
  async #decide(route: Route): Promise<void> {
    const request = route.request()
    const page = pageOf(route)
    const id = [...this.#pages].find(([, known]) => known === page)?.[0]
    const url = request.url()
    if (id === undefined) {
      if (request.isNavigationRequest()) await this.call('may-open', { url })
      await route.abort()
      return this.#closeStrays()
    }
    const isMainFrame = request.isNavigationRequest() && request.frame().parentFrame() === null
    const isProgram = isMainFrame && this.#opening.get(id) === url
    if (isProgram) this.#opening.delete(id)
    else if (request.isNavigationRequest() && !(await this.call<boolean>('may-navigate', { id, url, isMainFrame })))
      // An answer without content leaves the page where it is.
      return route.fulfill({ status: 204 })
    await ((await this.#mayRequest(id, url)) ? route.continue() : route.abort())
  }

  /** Only this computer's windows know the scheme; everything else is the session's decision. */
  async #mayRequest(id: number, url: string): Promise<boolean> {
    if (new URL(url).hostname.endsWith('.app.localhost')) return this.#partitions.get(id) === DEFAULT
    return this.call<boolean>('may-request', { id, url })
  }

  /** Electron opens no window when it was denied; Chromium does, and its page may come after its first request. */
  async #closeStrays(): Promise<void> {
    const contexts = await Promise.all(this.#contexts.values())
    const known = new Set(this.#pages.values())
    const strays = () => contexts.flatMap((context) => context.pages()).filter((page) => !known.has(page))
    for (let waitedMs = 0; strays().length === 0 && waitedMs < STRAY_WAIT_MS; waitedMs += 20)
      await new Promise((resolve) => setTimeout(resolve, 20))
    await Promise.all(strays().map((page) => page.close()))
  }
}

function pageOf(route: Route): Page | undefined {
  try {
    return route.request().frame().page()
  } catch {
    // A popup's first navigation comes before its page exists.
    return undefined
  }
}
