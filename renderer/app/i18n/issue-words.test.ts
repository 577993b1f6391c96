import { describe, expect, it } from 'vitest'
import { AppSpec, HostInput } from '../../../core/contract/index.ts'
import { issueText } from './issue-words.ts'

const CHINESE = /[\u4e00-\u9fff]/
const sources = import.meta.glob<string>('../../../core/contract/*.ts', { query: '?raw', import: 'default', eager: true })
const sentences = Object.values(sources).flatMap((text) =>
  [...text.matchAll(/(?:, |message: )'((?:a|an|give|must|no|paste|sort|use|write) [^']{6,})'/g)].map((match) => match[1] ?? ''),
)

it('finds the sentences of the contract', () => expect(sentences.length).toBeGreaterThan(20))
it.each(sentences)('%s', (sentence) => expect(issueText(sentence, 'zh-CN')).toMatch(CHINESE))

describe('what the validator itself says', () => {
  const spec = AppSpec.safeParse({
    name: 'shop',
    command: [],
    instances: -1,
    wrong: 1,
    image: 5,
    ports: [{ name: 'http', host: 99_999, protocol: 'x' }, { name: 'http' }],
    healthChecks: [{ kind: 'no' }],
    update: { minHealthy: 7 },
  })
  const host = HostInput.safeParse({ name: 'x', connection: { kind: 'docker-tls' } })
  const messages = [...(spec.error?.issues ?? []), ...(host.error?.issues ?? [])].map((issue) => issue.message)
  it('is said by the samples', () => expect(messages.length).toBeGreaterThan(8))
  it.each(messages)('%s', (message) => expect(issueText(message, 'zh-CN')).toMatch(CHINESE))
})

it('leaves English and what it does not know alone', () => {
  expect(issueText('use at least 12 characters', 'en')).toBe('use at least 12 characters')
  expect(issueText('something else', 'zh-CN')).toBe('something else')
})
