import { expect, it } from 'vitest'
import { plainMessage, plainWarning } from './plain-message.ts'

const t = (key: string, params: Record<string, unknown> = {}) => `${key}(${Object.values(params).join(',')})`

it.each([
  ['insufficient memory on 3 hosts; port 8080 taken on 1', 'rule.phrase.memory(3); rule.phrase.port(8080,1)'],
  ['1 host fits; 2 unreachable', 'rule.phrase.fit(1); rule.phrase.unreachable(2)'],
  ['4 of 9 hosts of centre Nanjing 1 are unreachable', 'rule.phrase.manyLostIn(4,9,Nanjing 1)'],
  ['exit code 137', 'rule.phrase.exit(137)'],
  ['stopped: drain', 'rule.phrase.stopped(status.cause.drain())'],
  ['10.0.0.1:22 did not answer within 5000 ms', 'rule.host.silent(10.0.0.1:22,5)'],
  ['Docker at unix:///x y did not answer within 5 s', 'rule.host.dockerSilent(unix:///x y,5)'],
  ['the SSH host key is not the pinned one', 'rule.host.otherKey()'],
  ['10.0.0.1:22 cannot be reached: a; b', 'rule.host.unreachable(10.0.0.1:22,a; b)'],
  ['image not found', 'image not found'],
  ['', ''],
])('%j', (text, said) => expect(plainMessage(text, t)).toBe(said))

it.each([
  ['No host can ever run this, even when all are empty: 2 hosts cordoned.', 'rule.warning.nowhere(rule.phrase.cordoned(2))'],
  [
    'Only 3 of 5 instances fit on the present hosts, even when they are empty: there are no hosts.',
    'rule.warning.notAll(3,5,rule.phrase.none())',
  ],
  [
    'With 4 instances running, no host has a place for one more, and update.minHealthy 1 allows none to be stopped first, so an update could never finish: port 80 taken on 2 hosts. Lower update.minHealthy, run fewer instances or add a host.',
    'rule.warning.noUpdate(4,1,rule.phrase.port(80,2))',
  ],
  ['Something else.', 'Something else.'],
])('%j', (text, said) => expect(plainWarning(text, t)).toBe(said))
