import { Notification } from 'electron'
import { inLanguage } from './messages.ts'

interface Message {
  /** A newer message with the same key takes the place of the older one. */
  key: string
  level: 'ok' | 'warning' | 'critical'
  title: { en: string; zh: string }
  body: string
  route: string
}

interface Context {
  language: () => string
  quietUntil: () => number
  open: (route: string) => void
}

const MAX_BODY = 240

/** Shows messages as the system's own notifications; a click leads to the page. Nothing is shown while the person wants quiet. */
export class Notifications {
  readonly #context: Context
  // What nobody refers to is collected, and its click goes nowhere.
  readonly #shown = new Map<string, Notification>()

  constructor(context: Context) {
    this.#context = context
  }

  show({ key, level, title, body, route }: Message): void {
    const { language, quietUntil, open } = this.#context
    if (Date.now() < quietUntil() || !Notification.isSupported()) return
    this.#shown.get(key)?.close()
    const text = body.length > MAX_BODY ? `${body.slice(0, MAX_BODY - 1)}…` : body
    const notification = new Notification({
      title: inLanguage(title, language()),
      body: text,
      urgency: level === 'critical' ? 'critical' : 'normal',
    })
    this.#shown.set(key, notification)
    notification.on('click', () => {
      this.#shown.delete(key)
      open(route)
    })
    notification.show()
  }
}
