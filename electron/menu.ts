import { app, Menu, shell, type MenuItemConstructorOptions } from 'electron'
import { shellMessages, type ShellMessages } from './messages.ts'
import { ORIGIN } from './origin.ts'
import { ALWAYS, type Settings, type SettingsFile } from './settings.ts'
import type { Windows } from './windows.ts'

type Item = MenuItemConstructorOptions
type Role = NonNullable<Item['role']>
type Switch = { [Key in keyof Settings]: Settings[Key] extends boolean ? Key : never }[keyof Settings]

interface MenuContext {
  windows: Windows
  settings: SettingsFile
  dataDir: string
}

const HOUR_MS = 3_600_000
const SEPARATOR: Item = { type: 'separator' }

/** Shows the menu in a language; again after every change of language or settings. */
export function showMenu(language: string, context: MenuContext): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(template(shellMessages(language), context)))
}

/** The switch between notifications and quiet. */
export function quietItem(t: ShellMessages, settings: SettingsFile): Item {
  const isQuiet = Date.now() < settings.value.quietUntil
  const click = () => settings.change({ quietUntil: isQuiet ? 0 : ALWAYS })
  return { label: t.doNotDisturb, type: 'checkbox', checked: isQuiet, click }
}

function template(t: ShellMessages, context: MenuContext): Item[] {
  const item = (role: Role, label: string): Item => ({ role, label })
  return [
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' } as const] : []),
    { label: t.file, submenu: [...fileItems(t, context), item('close', t.close), item('quit', t.quit)] },
    {
      label: t.edit,
      submenu: [
        item('undo', t.undo),
        item('redo', t.redo),
        SEPARATOR,
        item('cut', t.cut),
        item('copy', t.copy),
        item('paste', t.paste),
        item('selectAll', t.selectAll),
      ],
    },
    {
      label: t.view,
      submenu: [
        item('reload', t.reload),
        SEPARATOR,
        item('zoomIn', t.zoomIn),
        item('zoomOut', t.zoomOut),
        item('resetZoom', t.actualSize),
        item('togglefullscreen', t.fullScreen),
        SEPARATOR,
        item('toggleDevTools', t.developerTools),
      ],
    },
    { label: t.settings, submenu: settingsItems(t, context.settings) },
    { label: t.window, submenu: [item('minimize', t.minimize)] },
    { label: t.help, role: 'help', submenu: [{ label: t.about, click: () => app.showAboutPanel() }] },
  ]
}

function fileItems(t: ShellMessages, { windows, settings, dataDir }: MenuContext): Item[] {
  const remotes = settings.value.remotes.map((origin): Item => ({
    label: origin,
    click: () => windows.show(origin),
  }))
  return [
    { label: t.newWindow, accelerator: 'CmdOrCtrl+Shift+N', click: () => windows.openAnother() },
    { label: t.connect, accelerator: 'CmdOrCtrl+Shift+O', click: () => windows.showConnect() },
    { label: t.openRemote, submenu: [{ label: t.thisComputer, click: () => windows.show(ORIGIN) }, ...remotes] },
    SEPARATOR,
    { label: t.openDataFolder, click: () => void shell.openPath(dataDir) },
    SEPARATOR,
  ]
}

function settingsItems(t: ShellMessages, settings: SettingsFile): Item[] {
  const toggle = (key: Switch): Item => ({
    label: t[key as keyof ShellMessages],
    type: 'checkbox',
    checked: settings.value[key],
    click: () => settings.change({ [key]: !settings.value[key] }),
  })
  return [
    toggle('startAtLogin'),
    toggle('keepRunning'),
    toggle('offerLocally'),
    SEPARATOR,
    quietItem(t, settings),
    { label: t.quietForAnHour, click: () => settings.change({ quietUntil: Date.now() + HOUR_MS }) },
  ]
}
