// The double of Electron: the part of its interface that the shell uses, over a page in Chromium that the test drives. It cannot
// show that isolation, sandbox, keychain or the real scheme work; tests/electron.spec.ts does, where the program is present.
import { EventEmitter } from 'node:events'
import { app, mustBeReady, mustNotBeReady, preventable } from './app.ts'
import { calls } from './calls.ts'
import { clickMenu, clickNotification, describeMenu, describeNotifications, Menu, nativeImage, Notification, Tray } from './desk.ts'
import { listen, setHandler, toApp } from './page-server.ts'
import { connect } from './rpc.ts'
import { screen } from './screen.ts'
import { DEFAULT, fromPartition, session } from './sessions.ts'
import { BrowserWindow, connectWindows, mayNavigate, mayOpen, navigated, windowOf } from './windows.ts'

const ipcMain = new EventEmitter()

connectWindows(
  connect(process, {
    calls: (name: string) => calls.of(name),
    windows: () => BrowserWindow.getAllWindows().map((window) => window.describe()),
    'close-window': ({ id }: { id: number }) => windowOf(id)?.close(),
    'focus-window': ({ id }: { id: number }) => windowOf(id)?.focus(),
    'place-window': ({ id, ...bounds }: { id: number; x: number; y: number; width: number; height: number }) =>
      windowOf(id)?.setBounds(bounds),
    'maximize-window': ({ id }: { id: number }) => windowOf(id)?.maximize(),
    navigated,
    'may-navigate': mayNavigate,
    'may-open': mayOpen,
    'may-request': ({ id, url }: { id: number; url: string }) => windowOf(id)?.session.mayRequest(url) ?? false,
    ipc: ({ channel, args, url }: { channel: string; args: unknown[]; url: string }) =>
      ipcMain.emit(channel, { senderFrame: { url: toApp(url) } }, ...args),
    menu: describeMenu,
    'click-menu': clickMenu,
    tray: () => Tray.shown?.describe(),
    'click-tray': (label: string) => (label === '' ? Tray.shown?.emit('click') : Tray.shown?.clickItem(label)),
    notifications: describeNotifications,
    'click-notification': clickNotification,
    displays: (displays: Parameters<typeof screen.plug>[0]) => screen.plug(displays),
    permission: ({ permission, url, partition = DEFAULT }: { permission: string; url: string; partition?: string }) =>
      fromPartition(partition).permission(permission, url),
    'second-instance': (args: string[]) => app.emit('second-instance', {}, ['spacefort', ...args], '/'),
    'open-url': (url: string) => {
      const event = preventable({})
      app.emit('open-url', event, url)
      return event.defaultPrevented
    },
    'client-certificate': () =>
      new Promise((resolve) => {
        const answer = (certificate?: unknown) => resolve(certificate ?? null)
        const event = preventable({})
        app.emit('select-client-certificate', event, {}, 'https://asks.example/', [{ subjectName: 'the person' }], answer)
        if (!event.defaultPrevented) resolve('the first one')
      }),
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

const shell = {
  openExternal: async (url: string) => calls.add('shell.openExternal', url),
  openPath: async (path: string) => calls.add('shell.openPath', path),
}

// It is shown to a person just before the end, when nobody can be asked about calls any more.
const dialog = { showErrorBox: (title: string, message: string) => console.error(`[${title}] ${message}`) }

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

export { app, BrowserWindow, dialog, ipcMain, Menu, nativeImage, Notification, protocol, safeStorage, screen, session, shell, Tray }
