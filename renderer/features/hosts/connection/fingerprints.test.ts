import { expect, it } from 'vitest'
import { compareKeys } from './fingerprints.ts'

const key = (letter: string) => `SHA256:${letter.repeat(43)}`
const line = (letter: string) => `256 ${key(letter)} root@web-1 (ED25519)`

it.each([
  ['', 'nothing'],
  ['  \n', 'nothing'],
  ['no such file', 'unreadable'],
  ['SHA256:tooshort', 'unreadable'],
  [line('a'), 'same'],
  [`${line('z')}\n3072 ${key('a')} root (RSA)\n`, 'same'],
  [line('b'), 'old'],
  [line('c'), 'other'],
])('%j is %s', (text, verdict) => expect(compareKeys(text, key('a'), key('b'))).toBe(verdict))

it('knows no old key where there was none', () => expect(compareKeys(line('b'), key('a'))).toBe('other'))
