import { Environment } from '@marcbachmann/cel-js'
import type { InputIssue } from '../../contract/index.ts'

/** A metric made of others, in the Common Expression Language: "cpu / requests", "mean('requests', 300) / requests_yesterday". */
export interface DerivedDefinition {
  name: string
  expression: string
  /** Units with exponents, as in { ms: 1, request: -1 }; {} = a plain number. */
  unit: Unit
}

export type Unit = Readonly<Record<string, number>>

/** Values of one metric, oldest first. */
export type History = readonly { at: number; value: number }[]

/** What an expression can look at: every metric's values so far. */
export type Source = (metric: string) => History | undefined

export interface DerivedValue {
  /** Null = missing: an input is, or the result is no finite number. */
  value: number | null
  /** When the oldest of its inputs was measured. */
  at: number
}

const LIMITS = { maxAstNodes: 300, maxDepth: 30 }
/** Values and ages of a made-up history with which an expression is tried. */
const PROBE = [3, 7, 5, 11]
const CLOSE = 1e-9

class Missing extends Error {}

/** As an expression writes a metric's name: "network-in" is network_in, "app:queue" is app_queue. */
export const identifierOf = (metric: string) => metric.replaceAll(/[^a-z0-9]/g, '_')

/**
 * The derived metrics of an app. Refuses unknown names, circles and sums of unlike units; computes a value from what was
 * measured, which is missing, never zero, where something it needs is missing.
 */
export class DerivedMetrics {
  readonly issues: InputIssue[]
  readonly #definitions: ReadonlyMap<string, DerivedDefinition>
  readonly #units: ReadonlyMap<string, Unit>
  readonly #metricOf: ReadonlyMap<string, string>

  constructor(definitions: readonly DerivedDefinition[], measured: Readonly<Record<string, Unit>>) {
    this.#definitions = new Map(definitions.map((one) => [one.name, one]))
    this.#units = new Map([...Object.entries(measured), ...definitions.map(({ name, unit }) => [name, unit] as const)])
    this.#metricOf = new Map([...this.#units.keys()].map((metric) => [identifierOf(metric), metric]))
    this.issues = definitions.flatMap((one) => this.#check(one).map((message) => ({ field: `derived.${one.name}`, message })))
  }

  /** The value of a derived metric now. */
  value(name: string, source: Source, now: number): DerivedValue {
    const reads = { oldest: now }
    try {
      const value = this.#compute(name, { source, now, reads, path: [] })
      return { value: Number.isFinite(value) ? value : null, at: reads.oldest }
    } catch (error) {
      if (error instanceof Missing || error instanceof RangeError) return { value: null, at: reads.oldest }
      throw error
    }
  }

  #check({ name, expression, unit }: DerivedDefinition): string[] {
    try {
      const checked = this.#environment(() => 0)
        .parse(expression)
        .check()
      if (!checked.valid) return [checked.error?.message.split('\n')[0] ?? 'cannot be read']
      if (checked.type !== 'double') return [`gives ${checked.type ?? 'nothing'}, not a number: write 2.0 for 2`]
      const dimensions = new Set([...this.#units.values()].flatMap((one) => Object.keys(one)))
      const plain = this.#probe(name, null)
      for (const dimension of dimensions) {
        const expected = plain * 2 ** (unit[dimension] ?? 0)
        if (Math.abs(this.#probe(name, dimension) - expected) > CLOSE * Math.abs(expected))
          return [`"${dimension}" does not come out as its unit says: unlike units are added or compared, or the stated unit is wrong`]
      }
      return []
    } catch (error) {
      return [error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)]
    }
  }

  /** The value for a made-up history, all amounts of one dimension doubled: how it changes tells its unit. */
  #probe(name: string, dimension: string | null): number {
    const now = 2 * 86_400_000
    const source: Source = (metric) => {
      const scale = dimension === null ? 1 : 2 ** (this.#units.get(metric)?.[dimension] ?? 0)
      const seed = metric.length + (metric.codePointAt(0) ?? 0)
      return [now - 86_400_000, now - 20_000, now - 10_000, now].map((at, index) => ({ at, value: ((PROBE[index] ?? 1) + seed) * scale }))
    }
    return this.#compute(name, { source, now, reads: { oldest: now }, path: [] })
  }

  #compute(metric: string, context: Context): number {
    const definition = this.#definitions.get(metric)
    if (!definition) return this.#latest(metric, context)
    if (context.path.includes(metric)) throw new Error(`goes in a circle: ${[...context.path, metric].join(' → ')}`)
    const inner = { ...context, path: [...context.path, metric] }
    const environment = this.#environment((name, read) => read(this.#history(name, inner), inner.now))
    const used = [...this.#metricOf].filter(([identifier]) => new RegExp(`\\b${identifier}\\b`).test(definition.expression))
    const values = Object.fromEntries(used.map(([identifier, name]) => [identifier, this.#compute(name, inner)]))
    return Number(environment.parse(definition.expression)(values))
  }

  #latest(metric: string, { source, reads }: Context): number {
    const last = source(metric)?.at(-1)
    if (!last) throw new Missing(metric)
    reads.oldest = Math.min(reads.oldest, last.at)
    return last.value
  }

  #history(metric: string, { source, reads }: Context): History {
    if (!this.#units.has(metric) || this.#definitions.has(metric)) throw new Error(`"${metric}" is no measured metric`)
    const history = source(metric)
    const last = history?.at(-1)
    if (!history || !last) throw new Missing(metric)
    reads.oldest = Math.min(reads.oldest, last.at)
    return history
  }

  #environment(window: (metric: string, read: (history: History, now: number) => number) => number): Environment {
    const environment = new Environment({ limits: LIMITS })
    for (const identifier of this.#metricOf.keys()) environment.registerVariable(identifier, 'double')
    for (const [sign, apply] of Object.entries(ARITHMETIC)) {
      environment.registerOperator(`double ${sign} int`, (one: number, other: bigint) => apply(one, Number(other)))
      environment.registerOperator(`int ${sign} double`, (one: bigint, other: number) => apply(Number(one), other))
    }
    const seconds = (span: bigint) => Number(span) * 1000
    environment.registerFunction('mean(string, int): double', (metric: string, span: bigint) =>
      window(metric, (all, now) => mean(within(all, now - seconds(span)))),
    )
    environment.registerFunction('highest(string, int): double', (metric: string, span: bigint) =>
      window(metric, (all, now) => Math.max(...within(all, now - seconds(span)))),
    )
    environment.registerFunction('percentile(string, double, int): double', (metric: string, share: number, span: bigint) =>
      window(metric, (all, now) => percentile(within(all, now - seconds(span)), share)),
    )
    environment.registerFunction('yesterday(string): double', (metric: string) => window(metric, (all, now) => dayBefore(all, now)))
    environment.registerFunction('max(double, double): double', (one: number, other: number) => Math.max(one, other))
    environment.registerFunction('min(double, double): double', (one: number, other: number) => Math.min(one, other))
    return environment
  }
}

interface Context {
  source: Source
  now: number
  reads: { oldest: number }
  path: string[]
}

const ARITHMETIC = {
  '*': (one: number, other: number) => one * other,
  '/': (one: number, other: number) => one / other,
}
const DAY_MS = 86_400_000
const NEAR_MS = 60_000

function within(history: History, from: number): number[] {
  const values = history.filter(({ at }) => at > from).map(({ value }) => value)
  if (values.length === 0) throw new Missing('nothing was measured in the window')
  return values
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

function percentile(values: number[], share: number): number {
  const sorted = values.sort((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN
}

function dayBefore(history: History, now: number): number {
  const then = history.find(({ at }) => Math.abs(at - (now - DAY_MS)) <= NEAR_MS)
  if (!then) throw new Missing('nothing was measured a day ago')
  return then.value
}
