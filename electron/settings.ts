import { z } from 'zod'
import { readJson, writeJson } from './json-file.ts'
import { parseRemote } from './remote.ts'

const RemoteOrigin = z.string().refine((text) => parseRemote(text).origin === text)
const MAX_REMOTES = 20

// Each field stands alone, so that a damaged one does not take the others with it.
const Settings = z.object({
  /** Language tag; empty as long as the system's language is used. */
  language: z.string().max(35).catch(''),
  startAtLogin: z.boolean().catch(false),
  /** Whether the program goes on without a window, in the tray. */
  keepRunning: z.boolean().catch(true),
  toldKeepsRunning: z.boolean().catch(false),
  /** Whether programs of this computer may connect, the command line first of all. */
  offerLocally: z.boolean().catch(true),
  /** No notifications before this moment, ms since the epoch; 0 = notify. */
  quietUntil: z.number().min(0).catch(0),
  /** Origins of consoles that were opened, latest first. */
  remotes: z.array(RemoteOrigin).max(MAX_REMOTES).catch([]),
  /** Origin that is opened at start instead of this computer's own console. */
  startWith: RemoteOrigin.nullable().catch(null),
})
export type Settings = z.output<typeof Settings>

/** Quiet until it is switched off again. */
export const ALWAYS = Number.MAX_SAFE_INTEGER

/** The shell's settings, in a file that is written at every change. */
export class SettingsFile {
  readonly #file: string
  readonly #listeners: ((settings: Settings) => void)[] = []
  #settings: Settings

  constructor(file: string) {
    this.#file = file
    const known = readJson(file)
    this.#settings = Settings.parse(typeof known === 'object' && known !== null ? known : {})
  }

  get value(): Settings {
    return this.#settings
  }

  change(patch: Partial<Settings>): void {
    this.#settings = { ...this.#settings, ...patch }
    writeJson(this.#file, this.#settings)
    for (const listener of this.#listeners) listener(this.#settings)
  }

  onChange(listener: (settings: Settings) => void): void {
    this.#listeners.push(listener)
  }

  rememberRemote(origin: string): void {
    this.change({ remotes: [origin, ...this.#settings.remotes.filter((known) => known !== origin)].slice(0, MAX_REMOTES) })
  }

  forgetRemote(origin: string): void {
    const { remotes, startWith } = this.#settings
    this.change({ remotes: remotes.filter((known) => known !== origin), startWith: startWith === origin ? null : startWith })
  }
}
