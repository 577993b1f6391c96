import type { Pool } from '../pool.ts'
import type { PlacementRequest } from '../snapshot.ts'
import { isFailing } from './failures.ts'
import { resourceScores } from './resources.ts'
import { SpreadCounts, type SpreadLevel } from './spread.ts'

export interface Scored {
  host: string
  score: number
  scores: Record<string, number>
}

/** A spread level outweighs all that comes after it: half of its points is more than all later points together. */
const SPREAD_POINTS = 100
const levelPoints = (level: number, levels: number) => SPREAD_POINTS * 4 ** (levels - 1 - level)
const FAILING_POINTS = -1_000_000

const round = (points: number) => Math.round(points * 10_000) / 10_000

/**
 * The order of preference among hosts that fit, for one request: hosts without many recent failures first, then those in
 * the emptiest failure domains, then those with the most and the most evenly free resources, then by the dice.
 */
export class Ranking {
  readonly spread: SpreadCounts
  readonly #pool: Pool
  readonly #request: PlacementRequest
  readonly #points: Float64Array

  constructor(pool: Pool, request: PlacementRequest, levels: readonly SpreadLevel[]) {
    this.#pool = pool
    this.#request = request
    this.spread = new SpreadCounts(levels, levels.length > 0 ? pool.peers(request) : [])
    this.#points = new Float64Array(pool.hosts.length)
  }

  /** Must be called before the host is compared, and whenever its resources have changed. */
  refresh(host: number): void {
    const { free, balance, dice } = resourceScores(this.#pool, host, this.#request.resources)
    this.#points[host] = free + balance + dice
  }

  /** Negative when `a` is to be preferred among hosts that are alike in failures. */
  compare(a: number, b: number): number {
    return this.spread.compare(a, b) || (this.#points[b] ?? 0) - (this.#points[a] ?? 0) || a - b
  }

  /**
   * The score of a host in points, as shown to people. Spread is scored against the chosen host: full points where the
   * domain holds no more instances than the chosen one's, half with one more, a third with two more.
   */
  score(host: number, chosen: number): Scored {
    const scores: Record<string, number> = {}
    const name = this.#pool.hosts[host]?.name ?? ''
    if (isFailing(this.#request, name)) scores.failures = FAILING_POINTS
    const { levels } = this.spread
    levels.forEach(({ field }, level) => {
      const more = Math.max(0, this.spread.at(level, host) - this.spread.at(level, chosen))
      scores[`spread:${field}`] = round(levelPoints(level, levels.length) / (1 + more))
    })
    const { free, balance, dice } = resourceScores(this.#pool, host, this.#request.resources)
    Object.assign(scores, { free: round(free), balance: round(balance), dice: round(dice) })
    return { host: name, score: round(Object.values(scores).reduce((sum, part) => sum + part, 0)), scores }
  }
}
