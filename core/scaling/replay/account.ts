import type { ReplayTotals } from '../../contract/index.ts'

const DAY_SECONDS = 86_400
const EPSILON = 1e-9

export interface AccountOptions {
  stepSeconds: number
  startDelaySeconds: number
  capacity: number
  utilisation: number
  min: number
  reversalWithinSeconds: number
}

/**
 * Adds up what a run of scaling did to a load: a moment is over the objective when fewer instances serve than its load needs;
 * what is beyond all that they can serve is dropped; an instance is paid for from its order to its end.
 */
export class Account {
  readonly #options: AccountOptions
  readonly #demand: number[] = []
  #requests = 0
  #violating = 0
  #dropped = 0
  #paidSeconds = 0
  #spell = 0
  #longest = 0
  #steps = 0
  #reversals = 0
  #moves = 0
  #lastMove: { at: number; sign: number } | null = null
  #underArea = 0
  #overArea = 0
  #under = 0
  #over = 0
  #against = 0
  #supplyChanges = 0
  #demandChanges = 0
  #previous: { supply: number; demand: number } | null = null

  constructor(options: AccountOptions) {
    this.#options = options
  }

  /** The least number of instances that serve a load within the objective. */
  needed(load: number): number {
    const { capacity, utilisation, min } = this.#options
    return Math.max(min, Math.ceil(load / (capacity * utilisation) - EPSILON))
  }

  step(load: number, { ready, ordered }: { ready: number; ordered: number }): void {
    const { stepSeconds, capacity } = this.#options
    const demand = this.needed(load)
    this.#demand.push(demand)
    this.#steps++
    this.#requests += load * stepSeconds
    this.#paidSeconds += ordered * stepSeconds
    this.#dropped += Math.max(0, load - ready * capacity) * stepSeconds
    if (ready < demand) {
      this.#violating += load * stepSeconds
      this.#spell += stepSeconds
      this.#longest = Math.max(this.#longest, this.#spell)
    } else this.#spell = 0
    this.#elasticity(ready, demand)
  }

  /** A change of what is ordered. */
  move(atSeconds: number, change: number): void {
    const sign = Math.sign(change)
    const last = this.#lastMove
    if (last && last.sign !== sign && atSeconds - last.at <= this.#options.reversalWithinSeconds) this.#reversals++
    this.#lastMove = { at: atSeconds, sign }
    this.#moves++
  }

  #elasticity(supply: number, demand: number): void {
    this.#underArea += Math.max(demand - supply, 0) / demand
    this.#overArea += Math.max(supply - demand, 0) / demand
    if (supply < demand) this.#under++
    if (supply > demand) this.#over++
    if (this.#previous) {
      const ofSupply = Math.sign(supply - this.#previous.supply)
      const ofDemand = Math.sign(demand - this.#previous.demand)
      if (ofSupply !== ofDemand) this.#against++
      if (ofSupply !== 0) this.#supplyChanges++
      if (ofDemand !== 0) this.#demandChanges++
    }
    this.#previous = { supply, demand }
  }

  /** Instance-seconds of perfect foresight: exactly what is needed, each instance ordered one start delay ahead. */
  oracleSeconds(): number {
    const { stepSeconds, startDelaySeconds } = this.#options
    const ahead = Math.round(startDelaySeconds / stepSeconds)
    const demand = this.#demand
    let starting = 0
    for (let step = 1; step < ahead; step++) starting += Math.max(0, (demand[step] ?? 0) - (demand[step - 1] ?? 0))
    let sum = 0
    for (let step = 0; step < demand.length; step++) {
      if (step + ahead < demand.length && ahead > 0) starting += Math.max(0, (demand[step + ahead] ?? 0) - (demand[step + ahead - 1] ?? 0))
      if (step >= 1 && ahead > 0) starting -= Math.max(0, (demand[step] ?? 0) - (demand[step - 1] ?? 0))
      sum += (demand[step] ?? 0) + starting
    }
    return sum * stepSeconds
  }

  totals(): ReplayTotals {
    const { stepSeconds } = this.#options
    const seconds = this.#steps * stepSeconds
    const oracle = this.oracleSeconds()
    const percentOfSteps = (count: number) => (100 * count) / Math.max(1, this.#steps)
    const spec = {
      thetaU: percentOfSteps(this.#underArea),
      thetaO: percentOfSteps(this.#overArea),
      tauU: percentOfSteps(this.#under),
      tauO: percentOfSteps(this.#over),
      instability: percentOfSteps(this.#against),
    }
    const cubes = Object.values(spec).reduce((sum, value) => sum + value ** 3, 0)
    return {
      seconds,
      requests: this.#requests,
      violatingPercent: (100 * this.#violating) / Math.max(EPSILON, this.#requests),
      droppedPercent: (100 * this.#dropped) / Math.max(EPSILON, this.#requests),
      instanceHours: this.#paidSeconds / 3600,
      oracleInstanceHours: oracle / 3600,
      costOverOracle: this.#paidSeconds / Math.max(EPSILON, oracle),
      longestViolationSeconds: this.#longest,
      moves: this.#moves,
      reversals: this.#reversals,
      reversalsPerDay: (this.#reversals * DAY_SECONDS) / Math.max(1, seconds),
      elasticity: { ...spec, jitter: (this.#supplyChanges - this.#demandChanges) / Math.max(1, this.#steps), deviation: Math.cbrt(cubes) },
    }
  }
}
