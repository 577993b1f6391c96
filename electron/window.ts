import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { app, BrowserWindow, session, type BrowserWindowConstructorOptions, type Session } from 'electron'
import { guardSession, pin } from './guard.ts'
import { shellMessages } from './messages.ts'
import { ORIGIN, SCHEME } from './origin.ts'
import { failedPage } from './page-frame.ts'

const RELOAD_AFTER_MS = 1_000
const RETRY_AFTER_MS = 10_000
/** Chromium's codes: the load was replaced by another one; and the range that is about certificates. */
const ABORTED = -3
const isCertificateError = (code: number) => code <= -200 && code > -300

/** Cookies and storage of another console are kept apart from this computer's and from each other's. */
export function sessionOf(origin: string): Session {
  if (origin.startsWith(`${SCHEME}:`)) return session.defaultSession
  return session.fromPartition(`persist:remote-${createHash('sha256').update(origin).digest('hex').slice(0, 24)}`)
}

/** A window that can show the pages of `origin` and nothing else. Only this computer's console has the preload. */
export function createWindow(origin: string, place: BrowserWindowConstructorOptions): BrowserWindow {
  const own = sessionOf(origin)
  guardSession(own, origin.startsWith(`${SCHEME}:`) ? ORIGIN : origin)
  const window = new BrowserWindow({
    ...place,
    show: false,
    title: app.getName(),
    backgroundColor: '#101418',
    webPreferences: {
      ...(origin === ORIGIN ? { preload: join(import.meta.dirname, '../preload/preload.cjs') } : {}),
      session: own,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    },
  })
  pin(window.webContents, origin)
  window.once('ready-to-show', () => window.show())
  reloadAfterCrash(window)
  return window
}

/** Says in the title whose page it is, and shows a page of the shell when the console cannot be opened. */
export function watchRemote(window: BrowserWindow, remote: { origin: string; language: () => string; again: () => string }): void {
  const { origin, language, again } = remote
  const name = origin.replace(/^https?:\/\//, '')
  window.on('page-title-updated', (event, title) => {
    event.preventDefault()
    window.setTitle(title.includes(name) ? title : `${title} · ${name}`)
  })
  window.webContents.on('did-fail-load', (...[, code, reason, , isMainFrame]) => {
    if (!isMainFrame || code === ABORTED || window.isDestroyed()) return
    const isCertificate = isCertificateError(code)
    const view = { language: language(), address: again(), reason, isCertificate }
    void window.loadURL(failedPage(shellMessages(language()), view))
    if (!isCertificate) setTimeout(() => retry(window, again()), RETRY_AFTER_MS).unref()
  })
}

function retry(window: BrowserWindow, address: string): void {
  // The person may have tried in the meantime.
  if (!window.isDestroyed() && window.webContents.getURL().startsWith('data:')) load(window, address)
}

/** Opens an address in a window; a failure shows in the window itself. */
export function load(window: BrowserWindow, address: string): void {
  window.loadURL(address).catch(() => undefined)
}

/** A screen on the wall has nobody at hand to press a key. */
function reloadAfterCrash(window: BrowserWindow): void {
  const reload = () => {
    if (!window.isDestroyed()) window.webContents.reload()
  }
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') setTimeout(reload, RELOAD_AFTER_MS)
  })
}
