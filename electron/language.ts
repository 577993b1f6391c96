import { app, ipcMain } from 'electron'
import { isOwnPage } from './origin.ts'
import type { SettingsFile } from './settings.ts'

/** The console's language as it was shown last, else the system's. After `ready`. */
export function languageOf(settings: SettingsFile): string {
  return settings.value.language || app.getLocale()
}

/** Takes over the language that a page of this computer's console is shown in. */
export function followLanguage(settings: SettingsFile): void {
  ipcMain.on('language', (event, language: unknown) => {
    if (typeof language !== 'string' || !isOwnPage(event.senderFrame?.url ?? '')) return
    if (/^[A-Za-z0-9-]{2,35}$/.test(language) && language !== settings.value.language) settings.change({ language })
  })
}
