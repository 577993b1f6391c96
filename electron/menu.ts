import { app, ipcMain, Menu, shell, type MenuItemConstructorOptions } from 'electron'
import { shellMessages, type ShellMessages } from './messages.ts'
import { isOwnPage } from './origin.ts'

type Role = NonNullable<MenuItemConstructorOptions['role']>

interface MenuActions {
  openWindow: () => void
  dataDir: string
}

/** Shows the menu in the system's language, and from then on in the one chosen in the console. */
export function installMenu(actions: MenuActions): void {
  const show = (language: string) => Menu.setApplicationMenu(Menu.buildFromTemplate(template(shellMessages(language), actions)))
  show(app.getLocale())
  ipcMain.on('language', (event, language: unknown) => {
    if (typeof language === 'string' && isOwnPage(event.senderFrame?.url ?? '')) show(language)
  })
}

function template(t: ShellMessages, { openWindow, dataDir }: MenuActions): MenuItemConstructorOptions[] {
  const item = (role: Role, label: string): MenuItemConstructorOptions => ({ role, label })
  const separator: MenuItemConstructorOptions = { type: 'separator' }
  return [
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' } as const] : []),
    {
      label: t.file,
      submenu: [
        { label: t.newWindow, accelerator: 'CmdOrCtrl+Shift+N', click: () => openWindow() },
        { label: t.openDataFolder, click: () => void shell.openPath(dataDir) },
        separator,
        item('close', t.close),
        item('quit', t.quit),
      ],
    },
    {
      label: t.edit,
      submenu: [
        item('undo', t.undo),
        item('redo', t.redo),
        separator,
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
        separator,
        item('zoomIn', t.zoomIn),
        item('zoomOut', t.zoomOut),
        item('resetZoom', t.actualSize),
        item('togglefullscreen', t.fullScreen),
        separator,
        item('toggleDevTools', t.developerTools),
      ],
    },
    { label: t.window, submenu: [item('minimize', t.minimize)] },
  ]
}
