import { app, type BrowserWindow } from 'electron'
import { ORIGIN, originOf, SHELL_ORIGIN } from './origin.ts'
import { parseRemote } from './remote.ts'
import { parseRoute, routeOfAddress } from './route.ts'
import { displays, followScreens, placeOf, type Placed } from './screens.ts'
import { createWindow, load, watchRemote } from './window.ts'
import { loadWindows, placeOn, saveWindows, type WindowState } from './window-state.ts'

const DEFAULT_SIZE = { width: 1440, height: 900 }
const MINIMUM_SIZE = { minWidth: 800, minHeight: 500 }
const CONNECT_SIZE = { width: 620, height: 620 }
const OFFSET = 32
const SAVE_AFTER_MS = 400

interface Open extends Placed {
  origin: string
  route: string
}

interface Context {
  /** Where the windows are remembered. */
  file: string
  language: () => string
  /** Origin of a window when nothing says which. */
  home: () => string
}

interface Wanted {
  origin?: string
  route?: string
  /** First address, where it is not the route's own. */
  start?: string
  state?: WindowState
}

/** The windows of the console: where they are, what they show, and how they come back at the next start. */
export class Windows {
  readonly #context: Context
  readonly #open = new Map<BrowserWindow, Open>()
  #connect: BrowserWindow | undefined
  #saving: NodeJS.Timeout | undefined
  #quitting = false

  constructor(context: Context) {
    this.#context = context
    app.on('before-quit', () => {
      this.#save()
      this.#quitting = true
    })
  }

  /** After `ready`. */
  followScreens(): void {
    followScreens(() => [...this.#open.values()])
  }

  /** Opens the windows of last time; without one of the console that is opened at start, that too. */
  restore(): void {
    const states = loadWindows(this.#context.file).filter(({ origin }) => origin === ORIGIN || parseRemote(origin).origin === origin)
    for (const state of states) this.open({ origin: state.origin, route: parseRoute(state.route) ?? '/', state })
    if (!this.#front(this.#context.home())) this.open()
  }

  open({ origin = this.#context.home(), route = '/', start, state }: Wanted = {}): void {
    const window = createWindow(origin, { ...MINIMUM_SIZE, ...(state ? placeOn(displays(), state) : this.#besideFront()) })
    const entry: Open = { window, origin, route, place: placeOf(window) }
    this.#open.set(window, entry)
    if (state?.maximized) window.maximize()
    if (state?.fullScreen) window.setFullScreen(true)
    this.#remember(entry)
    if (origin !== ORIGIN)
      watchRemote(window, { origin, language: this.#context.language, again: () => addressOf(entry.origin, entry.route) })
    load(window, start ?? addressOf(origin, route))
  }

  /** Opens another window on the console that was used last. */
  openAnother(): void {
    this.open({ origin: this.#front()?.origin ?? this.#context.home() })
  }

  /** Opens the page that a page of the same console asked to see in a window of its own. */
  openAddress(address: string): void {
    this.open({ origin: originOf(address) ?? ORIGIN, route: routeOfAddress(address) })
  }

  /** Brings the console to the front, opening a window when there is none. */
  show(origin?: string): void {
    const front = this.#front(origin)
    if (front) bringUp(front.window)
    else this.open(origin === undefined ? {} : { origin })
  }

  /** Shows a route in the window that was used last. */
  showRoute(route: string, origin?: string): void {
    const front = this.#front(origin)
    if (!front) {
      this.open({ route, ...(origin === undefined ? {} : { origin }) })
      return
    }
    load(front.window, addressOf(front.origin, route))
    bringUp(front.window)
  }

  showConnect(): void {
    if (!this.#connect || this.#connect.isDestroyed()) {
      this.#connect = createWindow(SHELL_ORIGIN, { ...CONNECT_SIZE, minimizable: false, maximizable: false })
      load(this.#connect, `${SHELL_ORIGIN}/connect`)
    }
    bringUp(this.#connect)
  }

  closeConnect(): void {
    if (this.#connect && !this.#connect.isDestroyed()) this.#connect.close()
  }

  closeAll(origin: string): void {
    for (const entry of [...this.#open.values()]) if (entry.origin === origin) entry.window.close()
  }

  /** The window used last, of one console or of any. */
  #front(origin?: string): Open | undefined {
    return [...this.#open.values()].filter((entry) => origin === undefined || entry.origin === origin).at(-1)
  }

  /** Beside the window used last; without one, where the last one was closed. */
  #besideFront() {
    const front = this.#front()?.place
    if (!front) {
      const last = loadWindows(this.#context.file).at(-1)
      return last ? placeOn(displays(), last) : DEFAULT_SIZE
    }
    const { x, y, ...size } = front.bounds
    return placeOn(displays(), { ...front, bounds: { ...size, x: x + OFFSET, y: y + OFFSET } })
  }

  #remember(entry: Open): void {
    const { window, origin } = entry
    const saveSoon = () => {
      clearTimeout(this.#saving)
      this.#saving = setTimeout(() => this.#save(), SAVE_AFTER_MS)
    }
    const note = (address: string) => {
      if (originOf(address) !== origin) return
      entry.route = routeOfAddress(address)
      saveSoon()
    }
    window.webContents.on('did-navigate-in-page', (...[, address, isMainFrame]) => isMainFrame && note(address))
    window.webContents.on('did-navigate', (_event, address) => note(address))
    window.on('move', saveSoon)
    window.on('resize', saveSoon)
    window.on('focus', () => {
      // Used last is listed last.
      this.#open.delete(window)
      this.#open.set(window, entry)
    })
    window.on('close', () => {
      // The last window is where the next start goes on; one that was closed before others is done with.
      if (this.#open.size === 1) this.#save()
      this.#open.delete(window)
      if (this.#open.size > 0) saveSoon()
      else clearTimeout(this.#saving)
    })
    window.on('closed', () => this.#open.delete(window))
    saveSoon()
  }

  #save(): void {
    if (this.#quitting || this.#open.size === 0) return
    const states = [...this.#open.values()].map((entry) => {
      entry.place = placeOf(entry.window)
      return { origin: entry.origin, route: entry.route, ...entry.place }
    })
    saveWindows(this.#context.file, states)
  }
}

const addressOf = (origin: string, route: string) => `${origin}/#${route}`

function bringUp(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}
