import { Cron } from 'croner'
import type { ScalingRule } from '../../contract/index.ts'

type TimedRule = Extract<ScalingRule, { kind: 'timed' }>

export interface OpenTime {
  from: number
  until: number
}

interface Known {
  from: number
  until: number
  open: OpenTime | null
}

const FAR_MS = 366 * 86_400_000
/** A cron time that begins anew while it still holds is one long time; so many in a row are looked at. */
const MOST_OVERLAPS = 1000
const known = new WeakMap<TimedRule, Known>()

/**
 * The time in which a rule holds now, or null. It depends on the rule's own zone and on nothing but `now`: a controller that was
 * down, or a clock that jumped, finds the same answer. A time that the clocks skip in spring begins at the first moment after the
 * gap; one that they repeat in autumn counts once, the first time.
 */
export function timedBounds(rule: TimedRule, holidays: readonly string[], now: number): OpenTime | null {
  const remembered = known.get(rule)
  if (remembered && now >= remembered.from && now < remembered.until) return remembered.open
  const found = 'cron' in rule.when ? cronTime(rule, holidays, now) : statedTime(rule, now)
  known.set(rule, found)
  return found.open
}

function statedTime(rule: TimedRule, now: number): Known {
  if (!('from' in rule.when)) return closed(now, now)
  const from = instantOf(rule.when.from, rule.zone)
  const until = instantOf(rule.when.to, rule.zone)
  if (now < from) return closed(now, from)
  return now < until ? { from, until, open: { from, until } } : closed(now, now + FAR_MS)
}

function cronTime(rule: TimedRule, holidays: readonly string[], now: number): Known {
  if (!('cron' in rule.when)) return closed(now, now)
  const cron = new Cron(rule.when.cron, { timezone: rule.zone })
  const lastsMs = rule.when.forSeconds * 1000
  let open = null as OpenTime | null
  let next = cron.nextRun(new Date(now - lastsMs))
  for (let count = 0; next && next.getTime() <= now && count < MOST_OVERLAPS; count++) {
    const from = next.getTime()
    if (counts(rule, holidays, from)) open = { from: open === null ? from : open.from, until: from + lastsMs }
    next = cron.nextRun(next)
  }
  const until = Math.min(open?.until ?? Infinity, next?.getTime() ?? now + FAR_MS)
  return { from: now, until, open: open && now < open.until ? open : null }
}

function counts(rule: TimedRule, holidays: readonly string[], at: number): boolean {
  if (rule.holidays === 'any') return true
  return holidays.includes(dayIn(rule.zone, at)) === (rule.holidays === 'only')
}

const closed = (from: number, until: number): Known => ({ from, until, open: null })

/** When a day and time without a zone is, in a zone. Throws where there is no such zone or day. */
export function instantOf(localTime: string, zone: string): number {
  const run = new Cron(localTime.length === 16 ? `${localTime}:00` : localTime, { timezone: zone }).nextRun(new Date(0))
  if (!run) throw new RangeError(`there is no ${localTime} in ${zone}`)
  return run.getTime()
}

const dayFormats = new Map<string, Intl.DateTimeFormat>()

/** The calendar day of a moment in a zone, as in "2026-10-01". */
export function dayIn(zone: string, at: number): string {
  const format =
    dayFormats.get(zone) ?? new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
  dayFormats.set(zone, format)
  return format.format(at)
}

/** What is wrong with a rule's times; empty where nothing is. */
export function timedFaults(rule: TimedRule): string[] {
  try {
    if ('from' in rule.when)
      return instantOf(rule.when.from, rule.zone) < instantOf(rule.when.to, rule.zone) ? [] : ['"to" must be later than "from"']
    const next = new Cron(rule.when.cron, { timezone: rule.zone }).nextRun()
    return next ? [] : [`"${rule.when.cron}" never comes`]
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
}
