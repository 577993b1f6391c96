import { RuleName, type HostVerdict, type RuleResult } from '../contract/index.ts'
import type { Check } from './filters/check.ts'
import type { Refusal } from './snapshot.ts'

export interface Summary {
  summary: string
  reasons: Refusal['reasons']
}

const SCHEDULING = { cordoned: 'cordoned', draining: 'being drained', drained: 'drained' } as Record<string, string>
const STATUS = { connecting: 'still connecting', unreachable: 'unreachable', blocked: 'blocked' } as Record<string, string>

function constraintPhrase({ field, operator, value, limit, actual }: RuleResult['params'], hosts: string): string {
  if (actual === undefined) return `no ${field} on ${hosts}`
  if (operator === 'unique') return `${field} taken by another instance on ${hosts}`
  if (operator === 'max-per') return `${field} has its ${limit} instances on ${hosts}`
  return `${field} ${operator} "${value}" not met on ${hosts}`
}

function portPhrase({ from, to, protocol, is }: RuleResult['params'], hosts: string): string {
  const suffix = protocol === 'udp' ? '/udp' : ''
  return from === to
    ? `port ${from}${suffix} ${is === 'repeated' ? 'asked for twice' : 'taken'} on ${hosts}`
    : `no port of ${from}-${to}${suffix} free on ${hosts}`
}

/** What hosts that failed in the same way have in common, as in "insufficient memory on 3 hosts". */
function phrase({ rule, params }: RuleResult, hosts: string): string {
  switch (rule) {
    case 'status':
      return `${hosts} ${STATUS[String(params.is)] ?? params.is}`
    case 'scheduling':
      return `${hosts} ${SCHEDULING[String(params.is)] ?? params.is}`
    case 'engine':
      return params.engine === 'docker' ? `no image to run on ${hosts}` : `no process to run on ${hosts}`
    case 'constraint':
      return constraintPhrase(params, hosts)
    case 'cpu':
      return `insufficient CPU on ${hosts}`
    case 'memory':
    case 'disk':
      return `insufficient ${rule} on ${hosts}`
    case 'port':
      return portPhrase(params, hosts)
  }
}

interface Group {
  sample: RuleResult
  hosts: number
}

const counted = (count: number) => `${count} ${count === 1 ? 'host' : 'hosts'}`

function compose(groups: readonly Group[], hosts: number): Summary {
  if (hosts === 0) return { summary: 'there are no hosts', reasons: [] }
  const orderOf = ({ sample }: Group) => RuleName.options.indexOf(sample.rule)
  const byPhrase = Map.groupBy(groups, ({ sample }) => phrase(sample, ''))
  const sorted = Array.from(byPhrase, ([key, alike]) => ({
    key,
    sample: (alike[0] as Group).sample,
    hosts: alike.reduce((sum, group) => sum + group.hosts, 0),
  })).sort((a, b) => b.hosts - a.hosts || orderOf(a) - orderOf(b) || (a.key < b.key ? -1 : 1))
  const reasons = sorted.map(({ sample, hosts: count }) => ({ rule: sample.rule, hosts: count, text: phrase(sample, counted(count)) }))
  const summary = sorted.map(({ sample, hosts: count }, index) => phrase(sample, index === 0 ? counted(count) : String(count))).join('; ')
  const fit = hosts - sorted.reduce((sum, group) => sum + group.hosts, 0)
  if (fit === 0) return { summary, reasons }
  const fits = `${counted(fit)} ${fit === 1 ? 'fits' : 'fit'}`
  return { summary: summary ? `${fits}; ${summary}` : fits, reasons }
}

/** Counts the first failed rule of every host, the most frequent first, and says it in one sentence. */
export function summarise(verdicts: readonly HostVerdict[]): Summary {
  const failed = verdicts.flatMap(({ rules }) => rules.find((rule) => !rule.passes) ?? [])
  return compose(
    failed.map((sample) => ({ sample, hosts: 1 })),
    verdicts.length,
  )
}

/** The same answer as `summarise` of every host's verdict, without working out the sentences of each host. */
export function tally(checks: readonly Check[], hosts: number): Summary {
  const groups = checks.map(() => new Map<number, { sampleHost: number; hosts: number }>())
  for (let host = 0; host < hosts; host++) {
    const failed = checks.findIndex((check) => !check.passes(host))
    const variant = checks[failed]?.variant(host)
    if (variant === undefined) continue
    const group = groups[failed]?.get(variant)
    if (group) group.hosts++
    else groups[failed]?.set(variant, { sampleHost: host, hosts: 1 })
  }
  const explained = checks.flatMap((check, index) =>
    Array.from(groups[index]?.values() ?? [], (group) => ({ sample: check.explain(group.sampleHost), hosts: group.hosts })),
  )
  return compose(explained, hosts)
}
