import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { app, dialog, Menu } from 'electron'
import { defaultDataDir } from '../core/cli/paths.ts'
import { connectPage } from './connect-page.ts'
import { guardContents } from './guard.ts'
import { followLanguage, languageOf } from './language.ts'
import { Links, registerLinks } from './links.ts'
import { LocalCore } from './local-core.ts'
import { setStartAtLogin, startedAtLogin } from './login.ts'
import { showMenu } from './menu.ts'
import { shellMessages } from './messages.ts'
import { Notifications } from './notifications.ts'
import { ORIGIN } from './origin.ts'
import { handleRequests, registerScheme } from './protocol.ts'
import { ALWAYS, SettingsFile, type Settings } from './settings.ts'
import { StatusTray } from './tray.ts'
import { sessionOf } from './window.ts'
import { Windows } from './windows.ts'

const STOP_WITHIN_MS = 10_000
/** The built program: a checkout, or the archive of an installed desktop. */
const PROGRAM = join(import.meta.dirname, '../..')

const dataDir = defaultDataDir(process.env)
const profileDir = join(dataDir, 'desktop')
mkdirSync(profileDir, { recursive: true, mode: 0o700 })
app.setPath('userData', profileDir)

registerScheme()
app.enableSandbox()
const links = new Links(process.argv.slice(1))
if (app.requestSingleInstanceLock()) void run()
else app.quit()

async function run(): Promise<void> {
  const settings = new SettingsFile(join(profileDir, 'settings.json'))
  const language = () => languageOf(settings)
  const windows = new Windows({ file: join(profileDir, 'windows.json'), language, home: () => settings.value.startWith ?? ORIGIN })
  guardContents((address) => windows.openAddress(address))
  // Chromium's own menu must not be seen while the core starts.
  Menu.setApplicationMenu(null)
  await app.whenReady()

  const notifications = new Notifications({
    language,
    quietUntil: () => settings.value.quietUntil,
    open: (route) => windows.showRoute(route, ORIGIN),
  })
  const tray = new StatusTray({ icons: join(PROGRAM, 'resources/tray'), settings, language, windows })
  const core = new LocalCore(
    { dataDir, program: PROGRAM },
    { status: (status) => tray.show(status), alert: (alert) => notifications.show(alert) },
  )
  stopOnQuit(() => core.stop())
  if (settings.value.startWith === null && !(await startCore(core, language()))) return

  const shell = connectPage({
    settings,
    language,
    open: (origin, start) => {
      windows.open({ origin, start })
      windows.closeConnect()
    },
    forget: (origin) => {
      windows.closeAll(origin)
      void sessionOf(origin).clearStorageData()
    },
  })
  handleRequests({ console: (request) => core.fetch(request), shell })
  windows.followScreens()
  followLanguage(settings)
  followSettings(settings, {
    show: () => {
      showMenu(language(), { windows, settings, dataDir })
      tray.refresh()
    },
    offer: (on) => void core.offer(on).catch((error: unknown) => showError(language(), error)),
  })
  registerLinks()
  openFirst(windows, settings.value.keepRunning)
  keepOrQuit(settings, notifications)
}

async function startCore(core: LocalCore, language: string): Promise<boolean> {
  try {
    await core.start()
    return true
  } catch (error) {
    showError(language, error)
    app.exit(1)
    return false
  }
}

function showError(language: string, error: unknown): void {
  dialog.showErrorBox(shellMessages(language).cannotStart, error instanceof Error ? error.message : String(error))
}

/** Brings the world in line with the settings: now, and at every change. */
function followSettings(settings: SettingsFile, apply: { show: () => void; offer: (on: boolean) => void }): void {
  let known: Settings | undefined
  let quietEnds: NodeJS.Timeout | undefined
  const follow = (value: Settings) => {
    apply.show()
    if (value.offerLocally !== known?.offerLocally) apply.offer(value.offerLocally)
    // At the start only what the person chose is there already; the program's own place may have changed since.
    if (known ? value.startAtLogin !== known.startAtLogin : value.startAtLogin) setStartAtLogin(value.startAtLogin)
    known = value
    clearTimeout(quietEnds)
    const quietMs = value.quietUntil - Date.now()
    if (quietMs > 0 && value.quietUntil !== ALWAYS) quietEnds = setTimeout(apply.show, quietMs)
  }
  follow(settings.value)
  settings.onChange(follow)
}

/** The windows of last time, unless the system started the program; then the one that a link asks for. */
function openFirst(windows: Windows, keepRunning: boolean): void {
  if (!(keepRunning && startedAtLogin(process.argv))) windows.restore()
  links.openWith((route) => windows.showRoute(route))
  app.on('second-instance', (_event, args) => {
    if (!links.takeFrom(args.slice(1))) windows.show()
  })
  app.on('activate', () => windows.show())
}

function keepOrQuit(settings: SettingsFile, notifications: Notifications): void {
  app.on('window-all-closed', () => {
    if (!settings.value.keepRunning) {
      if (process.platform !== 'darwin') app.quit()
      return
    }
    if (settings.value.toldKeepsRunning) return
    const { title, body } = { title: 'keepsRunning', body: 'keepsRunningBody' } as const
    const words = { en: shellMessages('en')[title], zh: shellMessages('zh')[title] }
    notifications.show({ key: title, level: 'ok', title: words, body: shellMessages(languageOf(settings))[body], route: '/' })
    settings.change({ toldKeepsRunning: true })
  })
}

/** What the core runs outlives the console; only what the core itself holds is let go before the process ends. */
function stopOnQuit(stop: () => Promise<void>): void {
  let stopping = false
  app.on('will-quit', (event) => {
    event.preventDefault()
    if (stopping) return
    stopping = true
    setTimeout(() => app.exit(1), STOP_WITHIN_MS).unref()
    stop().then(
      () => app.exit(0),
      () => app.exit(1),
    )
  })
}
