import { expect, it } from 'vitest'
import { plainMessage } from './plain-message.ts'

const t = (key: string, params: Record<string, unknown> = {}) => `${key}(${Object.values(params).join(',')})`

it.each([
  ['insufficient memory on 3 hosts; port 8080 taken on 1', 'rule.phrase.memory(3); rule.phrase.port(8080,1)'],
  ['1 host fits; 2 unreachable', 'rule.phrase.fit(1); rule.phrase.unreachable(2)'],
  ['4 of 9 hosts of centre Nanjing 1 are unreachable', 'rule.phrase.manyLostIn(4,9,Nanjing 1)'],
  ['exit code 137', 'rule.phrase.exit(137)'],
  ['stopped: drain', 'rule.phrase.stopped(status.cause.drain())'],
  ['image not found', 'image not found'],
  ['', ''],
])('%j', (text, said) => expect(plainMessage(text, t)).toBe(said))
