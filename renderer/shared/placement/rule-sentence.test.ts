import { describe, expect, it } from 'vitest'
import type { RuleResult } from '../../../core/contract/index.ts'
import { ruleMessages } from '../../app/i18n/messages/rule.ts'
import type { MessageTree } from '../../app/i18n/define-messages.ts'
import { createFormat } from '../format/format.ts'
import { ruleSentence, type Translate } from './rule-sentence.ts'

function translator(locale: 'en' | 'zh-CN'): Translate {
  return (key, params = {}) => {
    const found = key
      .split('.')
      .slice(1)
      .reduce<MessageTree | string | undefined>((at, part) => (typeof at === 'object' ? at[part] : at), ruleMessages[locale])
    if (typeof found !== 'string') throw new Error(`no message ${key}`)
    return found.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(params[name]))
  }
}
const cases: [RuleResult, string, string][] = [
  [{ rule: 'status', passes: false, params: { is: 'unreachable' }, text: '' }, 'does not answer', '没有响应'],
  [
    { rule: 'memory', passes: false, params: { need: 2 ** 28, free: 2 ** 20 }, text: '' },
    'needs 256 MiB, 1 MiB free',
    '需要 256 MiB，剩余 1 MiB',
  ],
  [{ rule: 'cpu', passes: true, params: { need: 100, free: 2000 }, text: '' }, 'needs 0.1 cores, 2 cores free', '需要 0.1 核，剩余 2 核'],
  [
    { rule: 'port', passes: false, params: { protocol: 'tcp', from: 80, to: 80 }, text: '' },
    'tcp port 80 is taken',
    'tcp 端口 80 已被占用',
  ],
  [
    { rule: 'constraint', passes: false, params: { field: 'rack', operator: 'max-per', actual: 'r1', count: 2, limit: 2 }, text: '' },
    'rack r1 has 2 of at most 2',
    '机柜 r1 已有 2 个，最多 2 个',
  ],
  [
    { rule: 'constraint', passes: false, params: { field: 'rack', operator: 'is', actual: '', value: 'x' }, text: '' },
    'has no rack',
    '没有机柜',
  ],
  [
    { rule: 'engine', passes: false, params: { engine: 'docker' }, text: '' },
    'runs containers; the app gives no image',
    '主机运行容器，而应用未提供镜像',
  ],
]

describe('ruleSentence', () => {
  it.each(cases)('%j', (result, english, chinese) => {
    expect(ruleSentence(result, translator('en'), createFormat('en'))).toBe(english)
    expect(ruleSentence(result, translator('zh-CN'), createFormat('zh-CN'))).toBe(chinese)
  })
  it('falls back to the scheduler’s own words', () => {
    expect(ruleSentence({ rule: 'cpu', passes: false, params: {}, text: 'no idea' }, translator('zh-CN'), createFormat('zh-CN'))).toBe(
      'no idea',
    )
  })
})
