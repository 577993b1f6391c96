import { afterAll, describe, expect, it } from 'vitest'
import { ScalingPolicy, type ScalingPolicyInput } from '../../contract/index.ts'
import { decideOnce, inputsOf, requests } from '../decide/scaling-fixture.ts'
import { instantOf, timedBounds, timedFaults } from './timed-bounds.ts'

type RuleInput = NonNullable<ScalingPolicyInput['rules']>[number]
type Timed = Extract<ScalingPolicy['rules'][number], { kind: 'timed' }>

const HOUR_MS = 3_600_000
const ruleOf = (zone: string, when: object, more: object = {}): Timed => {
  const rule = { name: 'timed', kind: 'timed', zone, when, min: 20, ...more } as RuleInput
  return ScalingPolicy.parse({ rules: [rule] }).rules[0] as Timed
}
const nightly = (zone: string) => ruleOf(zone, { cron: '30 2 * * *', forSeconds: 600 })

/** When a rule opens within a span, looked at every minute. */
function openings(rule: Timed, from: string, hours: number): string[] {
  const start = Date.parse(from)
  const found: string[] = []
  for (let at = start; at < start + hours * HOUR_MS; at += 60_000) {
    const open = timedBounds(rule, [], at)
    if (open && !found.includes(new Date(open.from).toISOString())) found.push(new Date(open.from).toISOString())
  }
  return found
}

describe('21: time zones', () => {
  it('a time that spring skips comes at the first moment after the gap, once', () => {
    expect(openings(nightly('Europe/Berlin'), '2026-03-28T20:00:00Z', 12)).toEqual(['2026-03-29T01:00:00.000Z'])
  })

  it('a time that autumn repeats comes once, the first time', () => {
    expect(openings(nightly('Europe/Berlin'), '2026-10-24T20:00:00Z', 12)).toEqual(['2026-10-25T00:30:00.000Z'])
  })

  it('a zone without summer time has the same hour all year', () => {
    for (const day of ['2026-03-28', '2026-07-01', '2026-10-24'])
      expect(openings(nightly('Asia/Shanghai'), `${day}T12:00:00Z`, 12)).toEqual([`${day}T18:30:00.000Z`])
  })

  const zone = process.env.TZ
  afterAll(() => {
    if (zone === undefined) delete process.env.TZ
    else process.env.TZ = zone
  })
  it('the zone of the server changes nothing', () => {
    const seen = ['UTC', 'America/New_York', 'Asia/Shanghai'].map((server) => {
      process.env.TZ = server
      return [instantOf('2026-11-11T00:00', 'Asia/Shanghai'), ...openings(nightly('Europe/Berlin'), '2026-06-01T20:00:00Z', 12)]
    })
    expect(seen[0]?.[0]).toBe(Date.parse('2026-11-10T16:00:00Z'))
    expect(seen[1]).toEqual(seen[0])
    expect(seen[2]).toEqual(seen[0])
  })
})

describe('timed rules', () => {
  const sale = {
    name: 'sale',
    kind: 'timed',
    zone: 'Asia/Shanghai',
    when: { from: '2026-11-11T00:00', to: '2026-11-11T01:00' },
    min: 40,
  } as const
  const before = Date.parse('2026-11-10T15:59:59Z')
  const decideAt = (now: number, rules: RuleInput[]) => {
    const load: RuleInput = { name: 'load', kind: 'target', metric: 'requests' }
    return decideOnce(inputsOf(10, requests(800, { at: now })), ScalingPolicy.parse({ rules: [load, ...rules] }), { now }).decision
  }

  it('22: raise the minimum from their first moment, and a start in the middle finds them open', () => {
    expect(decideAt(before, [sale]).wanted).toBe(10)
    expect(decideAt(before + 1000, [sale])).toMatchObject({ wanted: 40, won: 'sale' })
    expect(decideAt(before + 1_800_000, [sale]).wanted).toBe(40)
    expect(decideAt(before + HOUR_MS + 1000, [sale]).wanted).toBe(10)
  })

  it('22: of several the highest minimum and the lowest maximum hold; where they cross, the minimum, with an alarm', () => {
    const other = { ...sale, name: 'other', min: 50 }
    expect(decideAt(before + 1000, [sale, other]).wanted).toBe(50)
    const low = { ...sale, name: 'low', min: undefined, max: 30 }
    expect(decideAt(before + 1000, [sale, low])).toMatchObject({ wanted: 40, alarms: ['bounds-contradict'] })
  })

  it('6: never exceed what there is room for', () => {
    const policy = ScalingPolicy.parse({ rules: [sale] })
    expect(decideOnce(inputsOf(10, requests(800), { room: 25 }), policy, { now: before + 1000 }).decision).toMatchObject({
      wanted: 25,
      direction: 'out',
    })
  })

  it('28: a clock that jumps back an hour finds the rule as it was', () => {
    const rule = ruleOf('Asia/Shanghai', sale.when)
    expect(timedBounds(rule, [], before + 1000)).not.toBeNull()
    expect(timedBounds(rule, [], before - HOUR_MS)).toBeNull()
    expect(timedBounds(rule, [], before + 1000)).not.toBeNull()
  })

  it('holidays are days of the rule’s own zone', () => {
    const holidays = ['2026-10-01']
    const at = Date.parse('2026-09-30T18:31:00Z')
    expect(timedBounds(ruleOf('Asia/Shanghai', { cron: '30 2 * * *', forSeconds: 600 }, { holidays: 'only' }), holidays, at)).not.toBeNull()
    expect(timedBounds(ruleOf('Asia/Shanghai', { cron: '30 2 * * *', forSeconds: 600 }, { holidays: 'except' }), holidays, at)).toBeNull()
  })

  it('say what is wrong with them', () => {
    expect(timedFaults(ruleOf('Mars/Olympus', { cron: '0 0 * * *', forSeconds: 60 }))).not.toEqual([])
    expect(timedFaults(ruleOf('UTC', { cron: '61 0 * * *', forSeconds: 60 }))).not.toEqual([])
    expect(timedFaults(ruleOf('UTC', { from: '2026-11-11T01:00', to: '2026-11-11T00:00' }))).toEqual(['"to" must be later than "from"'])
    expect(timedFaults(nightly('Europe/Berlin'))).toEqual([])
  })
})
