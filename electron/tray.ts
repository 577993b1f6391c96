import { join } from 'node:path'
import { app, Menu, nativeImage, Tray, type MenuItemConstructorOptions } from 'electron'
import { quietItem } from './menu.ts'
import { inLanguage, shellMessages } from './messages.ts'
import { ORIGIN } from './origin.ts'
import type { SettingsFile } from './settings.ts'
import type { Windows } from './windows.ts'

interface Words {
  en: string
  zh: string
}

/** What the tray shows, as the core says it. */
export interface TrayStatus {
  level: 'ok' | 'warning' | 'critical'
  title: Words
  lines: readonly { level: string; text: Words; route: string }[]
}

interface Context {
  /** Folder of the icons, one for each level. */
  icons: string
  settings: SettingsFile
  language: () => string
  windows: Windows
}

const MAX_TOOLTIP = 120
const MARKS: Readonly<Record<string, string>> = { warning: '▲', critical: '■' }

/** The icon in the system's tray: how everything is by shape, colour and words, and the way to the pages that say more. */
export class StatusTray {
  readonly #context: Context
  readonly #tray: Tray
  #status: TrayStatus | undefined

  constructor(context: Context) {
    this.#context = context
    this.#tray = new Tray(this.#icon('ok'))
    this.#tray.on('click', () => context.windows.show())
    this.refresh()
  }

  show(status: TrayStatus): void {
    if (status.level !== this.#status?.level) this.#tray.setImage(this.#icon(status.level))
    this.#status = status
    this.refresh()
  }

  /** After a change of language or settings. */
  refresh(): void {
    const { language } = this.#context
    const texts = this.#status
      ? [inLanguage(this.#status.title, language()), ...this.#status.lines.map(({ text }) => inLanguage(text, language()))]
      : [shellMessages(language()).notRunningHere]
    this.#tray.setToolTip([app.getName(), ...texts].join('\n').slice(0, MAX_TOOLTIP))
    this.#tray.setContextMenu(Menu.buildFromTemplate(this.#items()))
  }

  #items(): MenuItemConstructorOptions[] {
    const { language, windows, settings } = this.#context
    const t = shellMessages(language())
    const separator: MenuItemConstructorOptions = { type: 'separator' }
    const go = (route: string) => () => windows.showRoute(route, ORIGIN)
    const lines = (this.#status?.lines ?? []).map(({ level, text, route }) => ({
      label: `${MARKS[level] ?? ''} ${inLanguage(text, language())}`,
      click: go(route),
    }))
    const title = this.#status
      ? { label: inLanguage(this.#status.title, language()), click: go('/') }
      : { label: t.notRunningHere, enabled: false }
    return [
      title,
      ...lines,
      separator,
      { label: t.openConsole, click: () => windows.show() },
      { label: t.newWindow, click: () => windows.openAnother() },
      quietItem(t, settings),
      separator,
      { label: t.quit, click: () => app.quit() },
    ]
  }

  #icon(level: TrayStatus['level']) {
    return nativeImage.createFromPath(join(this.#context.icons, `${level}.png`))
  }
}
