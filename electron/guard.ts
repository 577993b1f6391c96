import { app, session, shell, type WebContents } from 'electron'
import { isOwnPage } from './origin.ts'

/** Copying a command and showing a screen in full size; everything else a page may ask for is refused. */
const PERMISSIONS: ReadonlySet<string> = new Set(['clipboard-sanitized-write', 'fullscreen'])

/**
 * Keeps every window on the console's own pages: links of the console open with `openOwn`, others in the person's browser,
 * and nothing is navigated to, embedded or permitted besides.
 */
export function guardContents(openOwn: (address: string) => void): void {
  app.on('web-contents-created', (_event, contents: WebContents) => {
    contents.setWindowOpenHandler(({ url }) => {
      if (isOwnPage(url)) openOwn(url)
      else openOutside(url)
      return { action: 'deny' }
    })
    contents.on('will-frame-navigate', (event) => {
      if (isOwnPage(event.url)) return
      event.preventDefault()
      if (event.isMainFrame) openOutside(event.url)
    })
    contents.on('will-redirect', (event) => {
      if (!isOwnPage(event.url)) event.preventDefault()
    })
    contents.on('will-attach-webview', (event) => event.preventDefault())
  })
}

/** After `ready`. */
export function guardPermissions(): void {
  const { defaultSession } = session
  defaultSession.setPermissionRequestHandler((...[, permission, decide, details]) => {
    decide(isAllowed(permission, details.requestingUrl))
  })
  defaultSession.setPermissionCheckHandler((_contents, permission, origin) => isAllowed(permission, origin))
  defaultSession.setDevicePermissionHandler(() => false)
}

function isAllowed(permission: string, address: string): boolean {
  return PERMISSIONS.has(permission) && isOwnPage(address)
}

function openOutside(address: string): void {
  const protocol = URL.parse(address)?.protocol
  // Other schemes would start whatever program registered them.
  if (protocol === 'https:' || protocol === 'http:') void shell.openExternal(address)
}
