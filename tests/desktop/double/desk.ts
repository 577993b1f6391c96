// What the shell shows outside its windows: menus, the tray, notifications.
import { EventEmitter } from 'node:events'
import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import { mustBeReady } from './app.ts'

export interface MenuItem {
  label?: string
  type?: string
  role?: string
  checked?: boolean
  enabled?: boolean
  submenu?: MenuItem[]
  click?: () => void
}

let menu: MenuItem[] = []

export const Menu = {
  buildFromTemplate: (template: MenuItem[]) => template,
  setApplicationMenu: (items: MenuItem[] | null) => (menu = items ?? []),
}

export const describeMenu = () => menu.map(describe)
export const clickMenu = (path: string[]) => find(menu, path).click?.()

export const nativeImage = {
  createFromPath(path: string) {
    // Electron gives an empty picture, which nobody sees.
    if (!existsSync(path)) throw new Error(`there is no picture ${path}`)
    return basename(path)
  },
}

export class Tray extends EventEmitter {
  static shown: Tray | undefined
  #icon: string
  #toolTip = ''
  #items: MenuItem[] = []

  constructor(icon: string) {
    super()
    mustBeReady('Tray')
    this.#icon = icon
    Tray.shown = this
  }

  setImage = (icon: string) => (this.#icon = icon)
  setToolTip = (text: string) => (this.#toolTip = text)
  setContextMenu = (items: MenuItem[]) => (this.#items = items)
  describe = () => ({ icon: this.#icon, toolTip: this.#toolTip, items: this.#items.map(({ label }) => label ?? '-') })
  clickItem = (label: string) => find(this.#items, [label]).click?.()
}

const notifications: Notification[] = []

export class Notification extends EventEmitter {
  static isSupported = () => true
  readonly options: { title: string; body: string; urgency?: string }
  #closed = false

  constructor(options: { title: string; body: string }) {
    super()
    mustBeReady('Notification')
    this.options = options
  }

  show = () => void notifications.push(this)
  close = () => (this.#closed = true)
  describe = () => ({ ...this.options, closed: this.#closed })
}

export const describeNotifications = () => notifications.map((notification) => notification.describe())
export const clickNotification = (index: number) => notifications.at(index)?.emit('click', {})

function describe(item: MenuItem): unknown {
  const { label, checked, submenu } = item
  return { label: label ?? '-', ...(checked === undefined ? {} : { checked }), ...(submenu ? { items: submenu.map(describe) } : {}) }
}

function find(items: MenuItem[], [label, ...rest]: string[]): MenuItem {
  const item = items.find((entry) => entry.label === label)
  if (!item) throw new Error(`the menu has no "${label}"`)
  return rest.length > 0 ? find(item.submenu ?? [], rest) : item
}
