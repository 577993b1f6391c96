import { EventEmitter } from 'node:events'
import { app, mustBeReady, preventable } from './app.ts'
import { toHttp } from './page-server.ts'
import type { Call } from './rpc.ts'

type OpenHandler = (details: { url: string }) => { action: 'allow' | 'deny' }

interface Bounds {
  x: number
  y: number
  width: number
  height: number
}

const open = new Map<number, BrowserWindow>()
let callTest: Call
let lastId = 0

export function connectWindows(call: Call): void {
  callTest = call
}

class WebContents extends EventEmitter {
  openHandler: OpenHandler = () => ({ action: 'allow' })

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
  readonly options: Record<string, unknown>
  #bounds: Bounds
  #maximized = false

  constructor(options: Record<string, unknown>) {
    super()
    mustBeReady('BrowserWindow')
    this.options = options
    const { x = 50, y = 50, width = 800, height = 600 } = options as Partial<Bounds>
    this.#bounds = { x, y, width, height }
    open.set(this.id, this)
    app.emit('web-contents-created', {}, this.webContents)
  }

  static getAllWindows = () => [...open.values()]
  static getFocusedWindow = () => [...open.values()].at(-1) ?? null

  async loadURL(address: string): Promise<void> {
    const { preload } = this.options.webPreferences as { preload: string }
    await callTest('open-page', { id: this.id, url: toHttp(address), preload })
    this.emit('ready-to-show')
  }

  getBounds = () => this.#bounds
  getNormalBounds = () => this.#bounds
  isMaximized = () => this.#maximized
  isMinimized = () => false
  isDestroyed = () => !open.has(this.id)
  maximize(): void {
    this.#maximized = true
  }
  show = () => this.emit('show')
  focus = () => this.emit('focus')

  async close(): Promise<void> {
    if (this.isDestroyed()) return
    this.emit('close', preventable({}))
    open.delete(this.id)
    await callTest('close-page', { id: this.id })
    this.emit('closed')
    if (open.size === 0 && !app.isQuitting) app.emit('window-all-closed')
  }
}

app.closeWindows = async () => {
  for (const window of open.values()) await window.close()
}

/** Whether a page of the window may go to `url`; asked for every navigation that leaves the console. */
export function mayNavigate({ id, url, isMainFrame }: { id: number; url: string; isMainFrame: boolean }): boolean {
  const event = preventable({ url, isMainFrame })
  open.get(id)?.webContents.emit('will-frame-navigate', event)
  return !event.defaultPrevented
}

export function mayOpen({ url }: { url: string }): boolean {
  return BrowserWindow.getFocusedWindow()?.webContents.openHandler({ url }).action === 'allow'
}
