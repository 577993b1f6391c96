import { EventEmitter } from 'node:events'
import { calls } from './calls.ts'

/** An event whose default action the listeners may prevent, as Electron's are. */
export function preventable<Fields extends object>(fields: Fields) {
  return {
    ...fields,
    defaultPrevented: false,
    preventDefault() {
      this.defaultPrevented = true
    },
  }
}

class App extends EventEmitter {
  #ready = false
  #quitting = false
  readonly #paths = new Map<string, string>()
  /** Closes all windows; set by the windows themselves. */
  closeWindows: () => Promise<void> = async () => undefined

  becomeReady(): void {
    this.#ready = true
    this.emit('ready')
  }

  isReady(): boolean {
    return this.#ready
  }

  whenReady(): Promise<void> {
    return this.#ready ? Promise.resolve() : new Promise((resolve) => this.once('ready', () => resolve()))
  }

  get isQuitting(): boolean {
    return this.#quitting
  }

  requestSingleInstanceLock(): boolean {
    return process.env.DOUBLE_SECOND_INSTANCE !== '1'
  }

  setPath(name: string, path: string): void {
    this.#paths.set(name, path)
  }

  getPath(name: string): string {
    const path = this.#paths.get(name)
    if (path === undefined) throw new Error(`Failed to get '${name}' path`)
    return path
  }

  get isPackaged(): boolean {
    return process.env.DOUBLE_PACKAGED !== '0'
  }

  enableSandbox(): void {
    mustNotBeReady('app.enableSandbox')
    calls.add('app.enableSandbox', true)
  }

  setAsDefaultProtocolClient(scheme: string): boolean {
    calls.add('app.setAsDefaultProtocolClient', scheme)
    return true
  }

  setLoginItemSettings = (settings: unknown) => calls.add('app.setLoginItemSettings', settings)
  getLoginItemSettings = () => ({ wasOpenedAtLogin: false })
  showAboutPanel = () => calls.add('app.showAboutPanel', true)
  getAppPath = () => process.cwd()
  getName = () => 'Spacefort'
  getVersion = () => '0.0.0-double'
  getLocale = () => process.env.DOUBLE_LOCALE ?? 'en-US'

  quit(): void {
    void this.#quit()
  }

  async #quit(): Promise<void> {
    const before = preventable({})
    this.emit('before-quit', before)
    if (before.defaultPrevented) return
    this.#quitting = true
    await this.closeWindows()
    const will = preventable({})
    this.emit('will-quit', will)
    if (!will.defaultPrevented) this.exit(0)
  }

  exit(code = 0): void {
    calls.add('app.exit', code)
    process.exit(code)
  }
}

export const app = new App()

/** Electron throws for whatever is used too early or too late; so does the double. */
export function mustBeReady(what: string): void {
  if (!app.isReady()) throw new Error(`${what} can only be used after the app is ready`)
}

export function mustNotBeReady(what: string): void {
  if (app.isReady()) throw new Error(`${what} must be called before the app is ready`)
}
