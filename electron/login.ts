import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { app } from 'electron'
import { autostartEntry, HIDDEN } from './autostart.ts'

/** Whether this start was the system's doing, at login: then no window is opened. */
export function startedAtLogin(args: readonly string[]): boolean {
  return args.includes(HIDDEN) || (process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin)
}

/** Starts the program at every login of this person, or no longer. */
export function setStartAtLogin(on: boolean): void {
  if (process.platform !== 'linux') {
    app.setLoginItemSettings({ openAtLogin: on, args: [HIDDEN] })
    return
  }
  const folder = join(process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'autostart')
  const file = join(folder, 'spacefort.desktop')
  if (!on) {
    rmSync(file, { force: true })
    return
  }
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, autostartEntry(programCommand()))
}

/** An AppImage is mounted at another place each time; the file itself stays where the person put it. */
function programCommand(): string[] {
  const { APPIMAGE } = process.env
  return APPIMAGE ? [APPIMAGE] : [process.execPath, ...(app.isPackaged ? [] : [app.getAppPath()])]
}
