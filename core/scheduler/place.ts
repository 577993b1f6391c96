import { Candidates } from './candidates.ts'
import { countedConstraints, plainCheck, plainConstraints } from './filters/constraint.ts'
import { schedulingRule, statusRule } from './filters/availability.ts'
import { engineRule } from './filters/engine.ts'
import { checksFor } from './filters/rules.ts'
import { Pool } from './pool.ts'
import { spreadLevels, type SpreadLevel } from './scores/spread.ts'
import type { PlacementRequest, PlaceResult, Refusal, Snapshot } from './snapshot.ts'
import { tally, type Summary } from './summary.ts'

export interface PlaceOptions {
  now: number
  /** Decides between hosts that are as good as equal. The same seed gives the same answer. */
  seed: number | string
}

/**
 * Chooses a host and ports for every instance that is asked for, requests in their order, each seeing the ones before it.
 * Every host is considered for every instance. Instances no host can take are refused with the reason of every host.
 * Pure: same arguments, same answer; the snapshot is not changed.
 */
export function place(snapshot: Snapshot, requests: readonly PlacementRequest[], options: PlaceOptions): PlaceResult {
  const call = new PlaceCall(snapshot, options)
  const result: PlaceResult = { assignments: [], refusals: [] }
  for (const request of requests) call.place(request, result)
  return result
}

/** What one call works out once and uses for many requests. */
class PlaceCall {
  readonly #pool: Pool
  readonly #options: PlaceOptions
  readonly #eligible = new Map<string, Int32Array>()
  readonly #levels = new Map<string, SpreadLevel[]>()
  readonly #refused = new Map<string, { version: number; summary: Summary }>()

  constructor(snapshot: Snapshot, options: PlaceOptions) {
    this.#pool = new Pool(snapshot, options.seed)
    this.#options = options
  }

  place(request: PlacementRequest, result: PlaceResult): void {
    let left = request.count
    // The pool only gets fuller, so what was refused once in this call need not be tried again.
    if (left > 0 && !this.#refused.has(classOf(request))) {
      const prepared = { eligible: this.#eligibleFor(request), levels: this.#levelsFor(request) }
      const candidates = new Candidates(this.#pool, request, prepared)
      for (; left > 0; left--) {
        const assignment = candidates.assign(this.#pool.hosts.length, this.#options.now)
        if (!assignment) break
        result.assignments.push(assignment)
      }
    }
    if (left > 0) result.refusals.push(this.#refuse(request, left))
  }

  #refuse(request: PlacementRequest, count: number): Refusal {
    const key = classOf(request)
    let known = this.#refused.get(key)
    if (known?.version !== this.#pool.version) {
      known = { version: this.#pool.version, summary: tally(checksFor(this.#pool, request), this.#pool.hosts.length) }
      this.#refused.set(key, known)
    }
    return { app: request.app, count, ...structuredClone(known.summary) }
  }

  /** Hosts that pass the rules which no assignment can change. */
  #eligibleFor(request: PlacementRequest): Int32Array {
    const { image, artifact, command } = request
    const key = JSON.stringify([image, artifact, command, plainConstraints(request.constraints)])
    let eligible = this.#eligible.get(key)
    if (!eligible) {
      const checks = [statusRule, schedulingRule, engineRule].map((rule) => rule(this.#pool, request))
      const meetsConstraints = plainCheck(this.#pool, request)
      eligible = Int32Array.from(this.#pool.hosts.keys()).filter(
        (host) => checks.every((check) => check.passes(host)) && meetsConstraints(host),
      )
      this.#eligible.set(key, eligible)
    }
    return eligible
  }

  #levelsFor({ spread }: PlacementRequest): SpreadLevel[] {
    const key = JSON.stringify(spread)
    let levels = this.#levels.get(key)
    if (!levels) this.#levels.set(key, (levels = spreadLevels(this.#pool, spread)))
    return levels
  }
}

/** Requests of one class fit the same hosts. The app matters only to constraints that count its instances. */
function classOf(request: PlacementRequest): string {
  const { image, artifact, command, resources, ports, constraints } = request
  const counted = countedConstraints(constraints).length > 0 ? [request.app, request.leaving] : []
  return JSON.stringify([image, artifact, command, resources, ports, constraints, counted])
}
