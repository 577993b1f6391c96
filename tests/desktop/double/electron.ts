// The double of Electron: the part of its interface that the shell uses, over a page in Chromium that the test drives. It cannot
// show that isolation, sandbox, keychain or the real scheme work; tests/electron.spec.ts does, where the program is present.
import { EventEmitter } from 'node:events'
import { app, mustBeReady, mustNotBeReady } from './app.ts'
import { calls } from './calls.ts'
import { listen, setHandler, toApp } from './page-server.ts'
import { connect } from './rpc.ts'
import { BrowserWindow, connectWindows, mayNavigate, mayOpen } from './windows.ts'

interface MenuItem {
  label?: string
  role?: string
  submenu?: MenuItem[]
  click?: () => void
}

type Decide = (
  ...request: [contents: null, permission: string, answer: (allowed: boolean) => void, details: { requestingUrl: string }]
) => void
type Check = (contents: null, permission: string, origin: string) => boolean

let menu: MenuItem[] = []
let decidePermission: Decide | undefined
let checkPermission: Check | undefined
const ipcMain = new EventEmitter()

connectWindows(
  connect(process, {
    calls: (name: string) => calls.of(name),
    windows: () => BrowserWindow.getAllWindows().map(({ id, options }) => ({ id, options })),
    'close-window': ({ id }: { id: number }) =>
      BrowserWindow.getAllWindows()
        .find((window) => window.id === id)
        ?.close(),
    'may-navigate': mayNavigate,
    'may-open': ({ url }: { url: string }) => mayOpen({ url: toApp(url) }),
    ipc: ({ channel, args, url }: { channel: string; args: unknown[]; url: string }) =>
      ipcMain.emit(channel, { senderFrame: { url: toApp(url) } }, ...args),
    menu: () => menu.map(describe),
    'click-menu': ([top, label]: [string, string]) => find(find(menu, top).submenu ?? [], label).click?.(),
    permission: async ({ permission, url }: { permission: string; url: string }) => ({
      asked: await new Promise((resolve) => decidePermission?.(null, permission, resolve, { requestingUrl: url })),
      checked: checkPermission?.(null, permission, url),
    }),
    'emit-app': (event: string) => app.emit(event, {}),
    quit: () => app.quit(),
  }),
)
await listen()
// Electron evaluates the main module before it becomes ready.
setImmediate(() => app.becomeReady())

const protocol = {
  registerSchemesAsPrivileged(schemes: unknown): void {
    mustNotBeReady('protocol.registerSchemesAsPrivileged')
    calls.add('protocol.registerSchemesAsPrivileged', schemes)
  },
  handle: setHandler,
}

const session = {
  get defaultSession() {
    mustBeReady('session.defaultSession')
    return {
      setPermissionRequestHandler: (handler: Decide) => (decidePermission = handler),
      setPermissionCheckHandler: (handler: Check) => (checkPermission = handler),
      setDevicePermissionHandler: (handler: () => boolean) => calls.add('session.setDevicePermissionHandler', handler()),
    }
  },
}

const shell = {
  openExternal: async (url: string) => calls.add('shell.openExternal', url),
  openPath: async (path: string) => calls.add('shell.openPath', path),
}

// It is shown to a person just before the end, when nobody can be asked about calls any more.
const dialog = { showErrorBox: (title: string, message: string) => console.error(`[${title}] ${message}`) }

const Menu = {
  buildFromTemplate: (template: MenuItem[]) => template,
  setApplicationMenu: (items: MenuItem[]) => (menu = items),
}

const screen = { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] }

const SEAL = 'sealed by the double: '
const safeStorage = {
  async isAsyncEncryptionAvailable(): Promise<boolean> {
    mustBeReady('safeStorage')
    return process.env.DOUBLE_KEYCHAIN === '1'
  },
  getSelectedStorageBackend: () => 'gnome_libsecret',
  encryptStringAsync: async (text: string) => Buffer.from(`${SEAL}${Buffer.from(text).toString('hex')}`),
  async decryptStringAsync(sealed: Buffer) {
    if (!sealed.toString().startsWith(SEAL)) throw new Error('Error while decrypting the ciphertext provided to safeStorage.')
    return { result: Buffer.from(sealed.toString().slice(SEAL.length), 'hex').toString(), shouldReEncrypt: false }
  },
}

export { app, BrowserWindow, dialog, ipcMain, Menu, protocol, safeStorage, screen, session, shell }

function describe(item: MenuItem): unknown {
  return item.submenu ? { label: item.label, items: item.submenu.map((entry) => entry.label ?? '-') } : { label: item.label }
}

function find(items: MenuItem[], label: string): MenuItem {
  const item = items.find((entry) => entry.label === label)
  if (!item) throw new Error(`the menu has no "${label}"`)
  return item
}
