import type { Constraint, RuleResult } from '../../contract/index.ts'
import type { Column, Pool } from '../pool.ts'
import type { PlacementRequest } from '../snapshot.ts'
import type { Rule } from './check.ts'
import { compilePattern } from './pattern.ts'

type Counted = Extract<Constraint, { operator: 'unique' | 'max-per' }>
type Plain = Exclude<Constraint, Counted>

const isCounted = (constraint: Constraint): constraint is Counted => constraint.operator === 'unique' || constraint.operator === 'max-per'

/** The constraints that look at the host alone. */
export const plainConstraints = (constraints: readonly Constraint[]): Plain[] =>
  constraints.filter((constraint): constraint is Plain => !isCounted(constraint))
/** The constraints that count the app's own instances. */
export const countedConstraints = (constraints: readonly Constraint[]): Counted[] => constraints.filter(isCounted)

interface Verdict {
  passes(host: number): boolean
  text(host: number): string
  params(host: number): RuleResult['params']
  isMissing(host: number): boolean
}

/** Counts of one "unique" or "max-per" constraint by value of its field, kept up to date while instances are placed. */
export class ValueCounts {
  readonly column: Column
  readonly limit: number
  readonly #counts: Int32Array

  constructor(pool: Pool, constraint: Counted, peers: readonly number[]) {
    this.column = pool.column(constraint.field)
    this.limit = constraint.operator === 'unique' ? 1 : constraint.value
    this.#counts = new Int32Array(this.column.values.length)
    for (const host of peers) this.add(host)
  }

  count(host: number): number {
    return this.#counts[this.column.of[host] ?? -1] ?? 0
  }

  hasRoom(host: number): boolean {
    return (this.column.of[host] ?? -1) >= 0 && this.count(host) < this.limit
  }

  add(host: number): void {
    const value = this.column.of[host] ?? -1
    if (value >= 0) this.#counts[value] = (this.#counts[value] ?? 0) + 1
  }
}

const valueAt = (column: Column, host: number) => column.values[column.of[host] ?? -1]

/** Where the host lacks the field there is no such parameter. */
const actual = (column: Column, host: number): RuleResult['params'] => {
  const value = valueAt(column, host)
  return value === undefined ? {} : { actual: value }
}

function countedVerdict(pool: Pool, constraint: Counted, peers: readonly number[]): Verdict {
  const counts = new ValueCounts(pool, constraint, peers)
  const { field } = constraint
  return {
    passes: (host) => counts.hasRoom(host),
    text: (host) => {
      const value = valueAt(counts.column, host)
      if (value === undefined) return `the host has no ${field}`
      if (constraint.operator === 'unique')
        return counts.hasRoom(host)
          ? `${field} ${value} has no instance yet`
          : `${field} ${value} already has an instance, and may have only one`
      const has = counts.count(host)
      return counts.hasRoom(host)
        ? `${field} ${value} has ${has} of at most ${counts.limit} instances`
        : `${field} ${value} already has ${has} of at most ${counts.limit} instances`
    },
    params: (host) => ({ count: counts.count(host), limit: counts.limit, ...actual(counts.column, host) }),
    isMissing: (host) => valueAt(counts.column, host) === undefined,
  }
}

/** What accepts a value; a text is the reason why nothing can. */
function accepts(constraint: Plain): ((value: string) => boolean) | string {
  switch (constraint.operator) {
    case 'is':
      return (value) => value === constraint.value
    case 'is-not':
      return (value) => value !== constraint.value
    case 'like':
      return compilePattern(constraint.value)
    case 'unlike': {
      const matches = compilePattern(constraint.value)
      return typeof matches === 'string' ? matches : (value) => !matches(value)
    }
  }
}

const WORDS: Record<Plain['operator'], [good: string, bad: string]> = {
  is: ['is', 'must be'],
  'is-not': ['is not', 'must not be'],
  like: ['matches', 'must match'],
  unlike: ['does not match', 'must not match'],
}

function plainVerdict(pool: Pool, constraint: Plain): Verdict {
  const column = pool.column(constraint.field)
  const accept = accepts(constraint)
  const invalid = typeof accept === 'string'
  // A field has far fewer values than there are hosts, and a regular expression is dear.
  const good = Uint8Array.from(column.values, (value) => (!invalid && accept(value) ? 1 : 0))
  const whenMissing = !invalid && (constraint.operator === 'is-not' || constraint.operator === 'unlike')
  const passes = (host: number) => {
    const value = column.of[host] ?? -1
    return value < 0 ? whenMissing : good[value] === 1
  }
  return {
    passes,
    text: (host) => {
      if (invalid) return `the pattern "${constraint.value}" is not valid: ${accept}`
      const value = valueAt(column, host)
      const [asWanted, wish] = WORDS[constraint.operator]
      if (value === undefined)
        return passes(host)
          ? `the host has no ${constraint.field}`
          : `the host has no ${constraint.field}, which ${wish} "${constraint.value}"`
      return passes(host)
        ? `${constraint.field} ${value} ${asWanted} "${constraint.value}"`
        : `${constraint.field} is ${value}, and ${wish} "${constraint.value}"`
    },
    params: (host) => ({ value: constraint.value, ...actual(column, host) }),
    isMissing: (host) => valueAt(column, host) === undefined,
  }
}

/** Every constraint holds. Marathon's semantics: the whole value must match, and a missing field satisfies only a "not". */
export const constraintRule: Rule = (pool, request) => {
  const peers = countedConstraints(request.constraints).length > 0 ? pool.peers(request) : []
  const verdicts = request.constraints.map((constraint) => ({
    constraint,
    ...(isCounted(constraint) ? countedVerdict(pool, constraint, peers) : plainVerdict(pool, constraint)),
  }))
  const firstFailed = (host: number) => verdicts.findIndex((verdict) => !verdict.passes(host))
  return {
    rule: 'constraint',
    passes: (host) => firstFailed(host) < 0,
    variant: (host) => 2 * firstFailed(host) + (verdicts[firstFailed(host)]?.isMissing(host) ? 1 : 0),
    explain: (host) => {
      if (verdicts.length === 0) return { rule: 'constraint', passes: true, params: {}, text: 'no constraint' }
      const failed = verdicts.filter((verdict) => !verdict.passes(host))
      const shown = failed.length > 0 ? failed : verdicts
      const { field, operator } = (shown[0] ?? { constraint: { field: '', operator: '' } }).constraint
      return {
        rule: 'constraint',
        passes: failed.length === 0,
        params: { field, operator, ...shown[0]?.params(host) },
        text: shown.map((verdict) => verdict.text(host)).join('; '),
      }
    },
  }
}

/** A test for the constraints that look at the host alone. */
export function plainCheck(pool: Pool, request: PlacementRequest): (host: number) => boolean {
  const verdicts = plainConstraints(request.constraints).map((constraint) => plainVerdict(pool, constraint))
  return (host) => verdicts.every((verdict) => verdict.passes(host))
}
