import type { SeededRandom } from '../support/random.ts'

/** Figures a scenario adds to its line of the report. */
export type Figures = Record<string, number | string>

export interface Setting {
  random: SeededRandom
  /** How many times the core is killed in the scenario that does so. */
  rounds: number
  /** Says what is going on. */
  say: (text: string) => void
}

/** One fault and what must hold after it. Rejects when that does not hold, with one sentence for each thing that is wrong. */
export interface Scenario {
  name: string
  /** What is done, in a few words. */
  title: string
  /** Figures worth keeping; `skipped` says why it could not be run here. */
  run: (setting: Setting) => Promise<Figures | { skipped: string }>
}
