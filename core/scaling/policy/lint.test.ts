import { describe, expect, it } from 'vitest'
import { ScalingPolicy, type ScalingPolicyInput } from '../../contract/index.ts'
import { lintPolicy } from './lint.ts'

const fields = (input: ScalingPolicyInput, kind: 'errors' | 'warnings' = 'errors') =>
  lintPolicy(ScalingPolicy.parse(input))[kind].map(({ field }) => field)
const sale = {
  name: 'sale',
  kind: 'timed',
  zone: 'Asia/Shanghai',
  when: { from: '2026-11-11T00:00', to: '2026-11-11T01:00' },
  min: 40,
} as const

describe('policies that contradict themselves', () => {
  it('the default does not', () => expect(lintPolicy(ScalingPolicy.parse({}))).toEqual({ errors: [], warnings: [] }))
  it('6: minimum above maximum', () => expect(fields({ limits: { min: 5, max: 4 } })).toEqual(['limits.min']))
  it('two rules of one name', () => expect(fields({ rules: [sale, sale] })).toContain('rules[1].name'))
  it('22: timed rules that can hold at once and cannot both be kept', () => {
    expect(fields({ rules: [sale, { ...sale, name: 'cap', min: undefined, max: 30 }] })).toEqual(['rules[0]'])
    const later = { from: '2026-11-12T00:00', to: '2026-11-12T01:00' }
    expect(fields({ rules: [sale, { ...sale, name: 'cap', min: undefined, max: 30, when: later }] })).toEqual([])
  })
  it('a timed minimum above the policy’s maximum', () => expect(fields({ rules: [{ ...sale, min: 101 }] })).toEqual(['rules[0].min']))
  it('a zone that is none', () => expect(fields({ rules: [{ ...sale, zone: 'Asia/Nowhere' }] })).toEqual(['rules[0].when']))
  it('steps that call for both directions at once', () => {
    const steps = [
      { above: 50, add: 1 },
      { below: 60, add: -1 },
    ]
    expect(fields({ rules: [{ name: 'step', kind: 'step', metric: 'cpu', steps }] })).toEqual(['rules[0].steps'])
  })
  it('warns of what is probably not meant', () => {
    expect(fields({ limits: { min: 0 } }, 'warnings')).toEqual(['limits.min'])
    expect(fields({ rules: [] }, 'warnings')).toEqual(['rules'])
    expect(fields({ scaleIn: { windowSeconds: 0, afterOutSeconds: 0 } }, 'warnings')).toEqual(['scaleIn'])
  })
})
