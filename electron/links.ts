import { app } from 'electron'
import { LINK_SCHEME, linkAmong, routeOfLink } from './route.ts'

/** Receives the links that other programs open with this one, from before the program is ready. */
export class Links {
  #open: ((route: string) => void) | undefined
  #waiting: string | undefined

  constructor(args: readonly string[]) {
    this.takeFrom(args)
    app.on('open-url', (event, url) => {
      event.preventDefault()
      this.#take(url)
    })
  }

  /** Whether the arguments of a program start hold a link that leads somewhere. */
  takeFrom(args: readonly string[]): boolean {
    const link = linkAmong(args)
    return link !== undefined && this.#take(link)
  }

  /** From now on links open at once, the one that came early first. */
  openWith(open: (route: string) => void): void {
    this.#open = open
    if (this.#waiting !== undefined) open(this.#waiting)
  }

  #take(link: string): boolean {
    const route = routeOfLink(link)
    if (route === undefined) return false
    if (this.#open) this.#open(route)
    else this.#waiting = route
    return true
  }
}

/** Only an installed program: a checkout must not take the links of the person's own installation. */
export function registerLinks(): void {
  if (app.isPackaged) app.setAsDefaultProtocolClient(LINK_SCHEME)
}
