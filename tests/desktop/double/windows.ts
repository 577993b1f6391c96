import { EventEmitter } from 'node:events'
import { app, mustBeReady, preventable } from './app.ts'
import { calls } from './calls.ts'
import { toApp, toHttp } from './page-server.ts'
import type { Call } from './rpc.ts'
import { DEFAULT, fromPartition, type Session } from './sessions.ts'

type OpenHandler = (details: { url: string }) => { action: 'allow' | 'deny' }

interface Bounds {
  x: number
  y: number
  width: number
  height: number
}

interface WebPreferences extends Record<string, unknown> {
  preload?: string
  session?: Session
}

const ERRORS: Readonly<Record<string, number>> = { ERR_ABORTED: -3, ERR_CONNECTION_REFUSED: -102, ERR_CERT_AUTHORITY_INVALID: -202 }
const FAILED = -2

const open = new Map<number, BrowserWindow>()
let callTest: Call
let lastId = 0

export function connectWindows(call: Call): void {
  callTest = call
}

class WebContents extends EventEmitter {
  url = ''
  openHandler: OpenHandler = () => ({ action: 'allow' })

  getURL = () => this.url

  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler
  }

  reload(): void {
    void callTest('reload')
  }
}

/** A window whose page the test opens in Chromium. */
export class BrowserWindow extends EventEmitter {
  readonly id = ++lastId
  readonly webContents = new WebContents()
  readonly #options: Record<string, unknown> & { webPreferences: WebPreferences }
  #bounds: Bounds
  #title: string
  #maximized = false
  #fullScreen = false

  constructor(options: Record<string, unknown> & { webPreferences: WebPreferences }) {
    super()
    mustBeReady('BrowserWindow')
    this.#options = options
    const { x = 50, y = 50, width = 800, height = 600 } = options as Partial<Bounds>
    this.#bounds = { x, y, width, height }
    this.#title = String(options.title)
    open.set(this.id, this)
    app.emit('web-contents-created', {}, this.webContents)
  }

  static getAllWindows = () => [...open.values()]

  get session(): Session {
    return this.#options.webPreferences.session ?? fromPartition(DEFAULT)
  }

  async loadURL(address: string): Promise<void> {
    const { preload } = this.#options.webPreferences
    this.webContents.url = address
    const page = { id: this.id, url: toHttp(address), preload, partition: this.session.name }
    const failure = await callTest<string | undefined>('open-page', page)
    if (failure === undefined) return void this.emit('ready-to-show')
    const isCertificate = failure.includes('ERR_CERT')
    if (isCertificate) {
      const decide = (trusted: boolean) => calls.add('certificate', { address, trusted })
      app.emit('certificate-error', preventable({}), this.webContents, address, failure, {}, decide, true)
    }
    this.emit('ready-to-show')
    this.webContents.emit('did-fail-load', {}, ERRORS[failure] ?? FAILED, failure, address, true)
    throw new Error(failure)
  }

  getBounds = () => this.#bounds
  getNormalBounds = () => this.#bounds
  isMaximized = () => this.#maximized
  isFullScreen = () => this.#fullScreen
  isMinimized = () => false
  isDestroyed = () => !open.has(this.id)
  setTitle = (title: string) => (this.#title = title)
  maximize = () => (this.#maximized = true)
  unmaximize = () => (this.#maximized = false)
  setFullScreen = (on: boolean) => (this.#fullScreen = on)
  show = () => this.emit('show')
  focus = () => this.emit('focus')

  setBounds(bounds: Bounds): void {
    this.#bounds = { ...bounds }
    this.emit('move')
    this.emit('resize')
  }

  async close(): Promise<void> {
    if (this.isDestroyed()) return
    this.emit('close', preventable({}))
    open.delete(this.id)
    await callTest('close-page', { id: this.id })
    this.emit('closed')
    if (open.size === 0 && !app.isQuitting) app.emit('window-all-closed')
  }

  describe() {
    const { session, ...webPreferences } = this.#options.webPreferences
    const options = { ...this.#options, webPreferences: { ...webPreferences, session: session?.name } }
    const state = { title: this.#title, bounds: this.#bounds, maximized: this.#maximized, fullScreen: this.#fullScreen }
    return { id: this.id, ...state, options, url: this.webContents.url }
  }
}

app.closeWindows = async () => {
  for (const window of open.values()) await window.close()
}

export const windowOf = (id: number) => open.get(id)

/** Whether a page of the window may go to `url` of its own accord. */
export function mayNavigate({ id, url, isMainFrame }: { id: number; url: string; isMainFrame: boolean }): boolean {
  const event = preventable({ url: toApp(url), isMainFrame })
  open.get(id)?.webContents.emit('will-frame-navigate', event)
  return !event.defaultPrevented
}

export function mayOpen({ url }: { url: string }): boolean {
  return [...open.values()].at(-1)?.webContents.openHandler({ url: toApp(url) }).action === 'allow'
}

/** What Electron tells the shell after a page has shown another address or title. */
export function navigated({ id, url, title }: { id: number; url: string; title: string }): void {
  const window = open.get(id)
  if (!window) return
  const address = toApp(url)
  const isInPage = address.split('#')[0] === window.webContents.url.split('#')[0]
  window.webContents.url = address
  if (isInPage) window.webContents.emit('did-navigate-in-page', {}, address, true)
  else window.webContents.emit('did-navigate', {}, address)
  const event = preventable({})
  window.emit('page-title-updated', event, title)
  if (!event.defaultPrevented) window.setTitle(title)
}
