import { describe, expect, it } from 'vitest'
import { EVENT_KINDS, METRICS, RuleName } from '../../../core/contract/index.ts'
import { PROBLEM_CODES } from '../../shared/feedback/problem.ts'
import { STATUS_TONES } from '../../shared/status/tone-of.ts'
import { FEATURES } from '../features.ts'
import { collectMessages, preferredLocale } from './index.ts'
import type { MessageTree } from './define-messages.ts'

function keysOf(tree: MessageTree, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [`${prefix}${key}`] : keysOf(value, `${prefix}${key}.`),
  )
}
function textOf(tree: MessageTree, key: string): string {
  const found = key.split('.').reduce<MessageTree | string | undefined>((at, part) => (typeof at === 'object' ? at[part] : undefined), tree)
  return typeof found === 'string' ? found : ''
}

const messages = collectMessages(FEATURES)
const english = keysOf(messages.en)
const chinese = keysOf(messages['zh-CN'])
const known = new Set(english)
const sources = import.meta.glob<string>(['../../**/*.{vue,ts}', '!../../**/*.test.ts'], { query: '?raw', import: 'default', eager: true })

describe('messages', () => {
  it('are the same keys in both languages', () => expect(chinese.sort()).toEqual(english.sort()))

  it('take the same parameters in both languages', () => {
    const parameters = (text: string) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]))].sort()
    for (const key of english) expect(parameters(textOf(messages['zh-CN'], key)), key).toEqual(parameters(textOf(messages.en, key)))
  })

  it('exist for every key that a component names', () => {
    expect(Object.keys(sources).length).toBeGreaterThan(50)
    const missing = Object.entries(sources).flatMap(([file, text]) => {
      const named = [...text.matchAll(/\bt\(\s*'([\w.-]+)'/g), ...text.matchAll(/titleKey: '([\w.-]+)'/g)].map((match) => match[1] ?? '')
      return named.filter((key) => !known.has(key)).map((key) => `${file}: ${key}`)
    })
    expect(missing).toEqual([])
  })

  it('exist for everything the contract can say', () => {
    const wanted = [
      ...EVENT_KINDS.map((kind) => `event.${kind}`),
      ...PROBLEM_CODES.flatMap((code) => [`problem.title.${code}`, `problem.next.${code}`]),
      ...Object.entries(STATUS_TONES).flatMap(([kind, values]) => Object.keys(values).map((value) => `status.${kind}.${value}`)),
      ...RuleName.options.map((rule) => `rule.name.${rule}`),
      ...Object.keys(METRICS).map((metric) => `status.metric.${metric}`),
    ]
    expect(wanted.filter((key) => !known.has(key))).toEqual([])
  })
})

it.each([
  [['zh-TW', 'en'], 'zh-CN'],
  [['de', 'en-GB', 'zh'], 'en'],
  [['fr'], 'en'],
  [[], 'en'],
])('%j prefers %s', (languages, locale) => expect(preferredLocale(languages)).toBe(locale))
