import { describe, expect, it } from 'vitest'
import { TEST_CODES, type TestStep } from '../../../../core/contract/index.ts'
import type { MessageTree } from '../../../app/i18n/define-messages.ts'
import { createFormat } from '../../../shared/format/format.ts'
import { messages } from '../messages.ts'
import { testWords } from './test-words.ts'

function find(locale: 'en' | 'zh-CN', key: string): string | undefined {
  const found = key
    .split('.')
    .slice(1)
    .reduce<MessageTree | string | undefined>((at, part) => (typeof at === 'object' ? at[part] : undefined), messages[locale])
  return typeof found === 'string' ? found : undefined
}
const words = (locale: 'en' | 'zh-CN') => ({
  t: (key: string, params: Record<string, string | number>) =>
    (find(locale, key) ?? key).replaceAll(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? `?${name}`)),
  te: (key: string) => find(locale, key) !== undefined,
  format: createFormat(locale),
})
const step = (rest: Partial<TestStep>): TestStep => ({
  step: 'reach',
  status: 'failed',
  code: 'ssh.refused',
  params: {},
  detail: 'as the core says it',
  durationMs: 1,
  ...rest,
})

describe('testWords', () => {
  it('says a failure and its remedy in Chinese', () => {
    const said = testWords(step({ params: { where: '10.0.0.1:22' } }), words('zh-CN'))
    expect(said.detail).toBe('10.0.0.1:22 拒绝连接：该处没有 SSH 服务器')
    expect(said.hint).toContain('sshd')
  })
  it('writes amounts with their units', () => {
    const params = { cpuMillis: 4000, memoryBytes: 2 ** 33, diskBytes: 0 }
    expect(testWords(step({ code: 'resources.read', params }), words('en')).detail).toBe('4 cores, 8 GiB memory, – disk')
  })
  it('falls back to the words of the core', () => {
    const said = testWords(step({ code: 'engine.later' as 'engine.failed', hint: 'do this' }), words('zh-CN'))
    expect(said).toEqual({ detail: 'as the core says it', hint: 'do this' })
  })
  it.each(TEST_CODES)('%s has words in both languages', (code) => {
    for (const locale of ['en', 'zh-CN'] as const) expect(find(locale, `hosts.said.${code}.detail`)).toBeDefined()
  })
})
