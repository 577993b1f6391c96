import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContext, type Page, type Route } from 'playwright-core'
import { connect, type Call } from './rpc.ts'

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
const WAIT_MS = 20_000
const STRAY_WAIT_MS = 5_000

/** The built desktop shell, running on the double of Electron. */
export class DesktopDouble {
  readonly dataDir: string
  readonly #pages = new Map<number, Page>()
  readonly #loaded = new Set<number>()
  readonly call: Call
  readonly exited: Promise<number>
  /** What the program wrote to standard error. */
  output = ''
  readonly #child: ChildProcess
  readonly #ownsData: boolean
  #browser: Browser | undefined
  #context: Promise<BrowserContext> | undefined

  constructor(options: { env?: Record<string, string>; dataDir?: string; program?: string } = {}) {
    this.#ownsData = options.dataDir === undefined
    this.dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'spacefort-desktop-'))
    this.#child = fork(join(options.program ?? ROOT, 'out/main/index.js'), {
      execArgv: ['--import', join(import.meta.dirname, 'register.ts')],
      env: { ...process.env, SPACEFORT_DATA: this.dataDir, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Structured messages keep what JSON would lose.
      serialization: 'advanced',
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()))
    this.exited = once(this.#child, 'exit').then(([code]) => Number(code))
    this.call = connect(this.#child, {
      'open-page': (page: { id: number; url: string; preload: string }) => this.#openPage(page),
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

  /** Ends the program, Chromium and the data folder, in whatever state they are. */
  async dispose(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGKILL')
      await this.exited
    }
    await this.#browser?.close()
    if (this.#ownsData) rmSync(this.dataDir, { recursive: true, force: true })
  }

  async #openPage({ id, url, preload }: { id: number; url: string; preload: string }): Promise<void> {
    this.#context ??= this.#startBrowser()
    const page = await (await this.#context).newPage()
    this.#pages.set(id, page)
    await page.exposeBinding('__ipcSend', ({ frame }, channel: string, args: unknown[]) =>
      this.call('ipc', { channel, args, url: frame.url() }),
    )
    // A sandboxed preload has `require` for electron only, and nothing it declares reaches the page.
    await page.addInitScript(`(() => {
      const ipcRenderer = { send: (channel, ...args) => { void window.__ipcSend(channel, args) } }
      const require = (name) => { if (name !== 'electron') throw new Error('module not found: ' + name); return { ipcRenderer } };
      ${readFileSync(preload, 'utf8')}
    })()`)
    await page.goto(url)
    this.#loaded.add(id)
  }

  async #closePage(id: number): Promise<void> {
    await this.#pages.get(id)?.close()
    this.#pages.delete(id)
  }

  async #startBrowser(): Promise<BrowserContext> {
    this.#browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
    const context = await this.#browser.newContext({ locale: 'en-US' })
    await context.route('**/*', (route) => this.#decide(route))
    return context
  }

  /** Lets pages reach the program only, and asks it about every way out. */
  async #decide(route: Route): Promise<void> {
    const request = route.request()
    const owner = [...this.#pages].find(([, page]) => page === pageOf(route))
    const isOwn = new URL(request.url()).hostname.endsWith('.app.localhost')
    if (request.isNavigationRequest() && !owner) {
      await this.call('may-open', { url: request.url() })
      await route.abort()
      await this.#closeStrays()
    } else if (isOwn) {
      await route.continue()
    } else if (request.isNavigationRequest() && owner) {
      const isMainFrame = request.frame().parentFrame() === null
      const allowed = await this.call<boolean>('may-navigate', { id: owner[0], url: request.url(), isMainFrame })
      // An answer without content leaves the page where it is.
      await (allowed ? route.abort() : route.fulfill({ status: 204 }))
    } else {
      await route.abort()
    }
  }

  /** Electron opens no window when it was denied; Chromium does, and its page may come after its first request. */
  async #closeStrays(): Promise<void> {
    const context = await this.#context
    const known = new Set(this.#pages.values())
    const strays = () => (context?.pages() ?? []).filter((page) => !known.has(page))
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
