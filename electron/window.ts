import { join } from 'node:path'
import { app, BrowserWindow, screen } from 'electron'
import { ORIGIN } from './origin.ts'
import { loadWindowState, saveWindowState } from './window-state.ts'

const DEFAULT_SIZE = { width: 1440, height: 900 }
const OFFSET = 32
const RELOAD_AFTER_MS = 1_000

/** Opens a window on a page of the console. The first takes the place it had last time, others appear beside the front one. */
export function openWindow(address = `${ORIGIN}/`): void {
  const stateFile = join(app.getPath('userData'), 'window.json')
  const front = BrowserWindow.getFocusedWindow()?.getBounds()
  const state = loadWindowState(
    stateFile,
    screen.getAllDisplays().map((display) => display.workArea),
  )
  const place = front ? { ...front, x: front.x + OFFSET, y: front.y + OFFSET } : (state?.bounds ?? DEFAULT_SIZE)
  const window = new BrowserWindow({
    ...place,
    minWidth: 800,
    minHeight: 500,
    show: false,
    title: app.getName(),
    backgroundColor: '#101418',
    webPreferences: {
      preload: join(import.meta.dirname, '../preload/preload.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    },
  })
  if (!front && state?.maximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('close', () => saveWindowState(stateFile, { bounds: window.getNormalBounds(), maximized: window.isMaximized() }))
  const reload = () => {
    if (!window.isDestroyed()) window.webContents.reload()
  }
  // A screen on the wall has nobody at hand to press a key.
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') setTimeout(reload, RELOAD_AFTER_MS)
  })
  void window.loadURL(address)
}

/** Brings the console to the front, opening a window when there is none. */
export function showWindow(): void {
  const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0]
  if (!window) {
    openWindow()
    return
  }
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}
