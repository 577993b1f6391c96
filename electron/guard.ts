import { app, shell, type Session, type WebContents } from 'electron'
import { originOf } from './origin.ts'

/** Copying a command, showing a screen in full size and keeping it on; everything else a page may ask for is refused. */
const PERMISSIONS: ReadonlySet<string> = new Set(['clipboard-sanitized-write', 'fullscreen', 'screen-wake-lock'])
/** Everything that leads to a network or to a file; the shell's own schemes need no permission. */
const OUTSIDE = { urls: ['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*', 'ftp://*/*', 'file://*/*'] }

const pins = new WeakMap<WebContents, string>()
const guarded = new WeakSet<Session>()

/** Ties a window to the one origin whose pages it may show. A window without one may show nothing. */
export function pin(contents: WebContents, origin: string): void {
  pins.set(contents, origin)
}

/**
 * Keeps every window on the pages of its own origin: links there open with `openOwn`, others in the person's browser, and
 * nothing is navigated to, embedded or trusted besides. Before the first window.
 */
export function guardContents(openOwn: (address: string) => void): void {
  app.on('web-contents-created', (_event, contents: WebContents) => {
    const isPinned = (address: string) => originOf(address) === pins.get(contents)
    contents.setWindowOpenHandler(({ url }) => {
      if (isPinned(url)) openOwn(url)
      else openOutside(url)
      return { action: 'deny' }
    })
    contents.on('will-frame-navigate', (event) => {
      if (isPinned(event.url)) return
      event.preventDefault()
      if (event.isMainFrame) openOutside(event.url)
    })
    contents.on('will-redirect', (event) => {
      if (!isPinned(event.url)) event.preventDefault()
    })
    contents.on('will-attach-webview', (event) => event.preventDefault())
  })
  app.on('certificate-error', (...[event, , , , , decide]) => {
    event.preventDefault()
    decide(false)
  })
  // Without an answer Chromium would show the person's first certificate to whoever asks for one.
  app.on('select-client-certificate', (...[event, , , , decide]) => {
    event.preventDefault()
    decide()
  })
}

/** Refuses what pages of this session may not ask for, and lets them reach `origin` alone. After `ready`; twice is once. */
export function guardSession(session: Session, origin: string): void {
  if (guarded.has(session)) return
  guarded.add(session)
  const isAllowed = (permission: string, address: string) => PERMISSIONS.has(permission) && originOf(address) === origin
  session.setPermissionRequestHandler((...[, permission, decide, details]) => decide(isAllowed(permission, details.requestingUrl)))
  session.setPermissionCheckHandler((_contents, permission, from) => isAllowed(permission, from))
  session.setDevicePermissionHandler(() => false)
  session.webRequest.onBeforeRequest(OUTSIDE, ({ url }, answer) => {
    answer({ cancel: originOf(url.replace(/^ws/, 'http')) !== origin })
  })
}

function openOutside(address: string): void {
  const protocol = URL.parse(address)?.protocol
  // Other schemes would start whatever program registered them.
  if (protocol === 'https:' || protocol === 'http:') void shell.openExternal(address)
}
