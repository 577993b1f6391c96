import { describeProblems, PROBLEM_KINDS, type Problem, type StatusLevel, type Words } from './problems.ts'

/** A problem, or several of one kind, that a person should be called for. */
export interface Alert {
  /** The same for the same thing, so that a newer alert can take the place of an older one. */
  key: string
  level: StatusLevel
  title: Words
  body: string
  route: string
}

interface Seen {
  problem: Problem
  since: number
  told: boolean
  /** When it was first found to be over; undefined while it lasts. */
  goneAt: number | undefined
}

/** A problem that goes away within this time calls nobody. */
export const HOLD_MS = 10_000
/** One that comes back within this time is still the same and calls nobody again. */
export const SAME_WITHIN_MS = 5 * 60_000
/** So many of one kind that fall due together become one alert. */
const GROUP_FROM = 3

/** Decides which problems are worth an alert: those that last, once each, in groups when there are many. `now` is passed in. */
export class AlertJudge {
  readonly #seen = new Map<string, Seen>()

  /** Alerts that are due, and how long to wait for the next one that may fall due without any further change. */
  next(problems: readonly Problem[], now: number): { alerts: Alert[]; againInMs: number | undefined } {
    this.#note(problems, now)
    const lasting = [...this.#seen.values()].filter(({ told, goneAt }) => !told && goneAt === undefined)
    const due = lasting.filter(({ since }) => now - since >= HOLD_MS)
    for (const seen of due) seen.told = true
    const rest = lasting.filter(({ told }) => !told).map(({ since }) => since + HOLD_MS - now)
    return { alerts: alertsOf(due.map(({ problem }) => problem)), againInMs: rest.length > 0 ? Math.min(...rest) : undefined }
  }

  #note(problems: readonly Problem[], now: number): void {
    const present = new Map(problems.map((problem) => [keyOf(problem), problem]))
    for (const [key, seen] of this.#seen) {
      if (present.has(key)) continue
      seen.goneAt ??= now
      if (!seen.told || now - seen.goneAt >= SAME_WITHIN_MS) this.#seen.delete(key)
    }
    for (const [key, problem] of present) {
      const known = this.#seen.get(key)
      if (!known || (known.goneAt !== undefined && now - known.goneAt >= SAME_WITHIN_MS))
        this.#seen.set(key, { problem, since: now, told: false, goneAt: undefined })
      else Object.assign(known, { problem, goneAt: undefined })
    }
  }
}

function alertsOf(due: readonly Problem[]): Alert[] {
  return PROBLEM_KINDS.flatMap((kind) => {
    const same = due.filter((problem) => problem.kind === kind)
    const groups = same.length >= GROUP_FROM ? [same] : same.map((problem) => [problem])
    return groups.map((group) => ({ key: group.length > 1 ? kind : keyOf(group[0]), ...describeProblems(kind, group) }))
  })
}

function keyOf(problem: Problem | undefined): string {
  return problem ? `${problem.kind}:${problem.name}` : ''
}
