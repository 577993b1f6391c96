import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { app, dialog } from 'electron'
import { defaultDataDir } from '../core/cli/paths.ts'
import { createCore } from '../core/core.ts'
import { guardContents, guardPermissions } from './guard.ts'
import { keychainStore } from './keychain.ts'
import { installMenu } from './menu.ts'
import { shellMessages } from './messages.ts'
import { handleRequests, registerScheme } from './protocol.ts'
import { openWindow, showWindow } from './window.ts'

const STOP_WITHIN_MS = 10_000
/** The built program: a checkout, or the archive of an installed desktop. */
const PROGRAM = join(import.meta.dirname, '../..')

const dataDir = defaultDataDir(process.env)
const profileDir = join(dataDir, 'desktop')
mkdirSync(profileDir, { recursive: true, mode: 0o700 })
app.setPath('userData', profileDir)

registerScheme()
if (app.requestSingleInstanceLock()) void run()
else app.quit()

async function run(): Promise<void> {
  guardContents(openWindow)
  await app.whenReady()
  guardPermissions()
  const core = await startCore()
  if (!core) return
  handleRequests((request) => core.fetch(request, { principal: 'desktop' }))
  installMenu({ openWindow: () => openWindow(), dataDir })
  app.on('second-instance', () => showWindow())
  app.on('activate', () => showWindow())
  app.on('window-all-closed', () => process.platform !== 'darwin' && app.quit())
  stopOnQuit(() => core.stop())
  openWindow()
}

async function startCore() {
  try {
    const keyStore = await keychainStore(dataDir)
    const core = await createCore({
      dataDir,
      rendererDir: join(PROGRAM, 'out/renderer'),
      docsDir: join(PROGRAM, 'out/docs'),
      samplesDir: join(PROGRAM, 'resources/samples'),
      version: app.getVersion(),
      ...(keyStore ? { keyStore } : {}),
    })
    await core.start()
    return core
  } catch (error) {
    dialog.showErrorBox(shellMessages(app.getLocale()).cannotStart, error instanceof Error ? error.message : String(error))
    app.exit(1)
    return undefined
  }
}

/** Instances outlive the console; only what the core itself holds is let go before the process ends. */
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
