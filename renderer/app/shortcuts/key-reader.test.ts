import { describe, expect, it } from 'vitest'
import { capsOf } from './key-caps.ts'
import { createKeyReader, SEQUENCE_MS } from './key-reader.ts'

const SHORTCUTS = ['g a', 'g h', 'n a', '/', '?', 'mod+k', 'a']

function typed(keys: string[], pauseMs = 100): string[] {
  const reader = createKeyReader(() => SHORTCUTS)
  return keys.map((key, index) => {
    const press = { key: key.replace('mod+', ''), mod: key.startsWith('mod+'), alt: key.startsWith('alt+') }
    const reading = reader.press(press, index * pauseMs)
    return reading.kind === 'shortcut' ? reading.keys : reading.kind
  })
}

describe('key reader', () => {
  it.each([
    [['/'], ['/']],
    [['?'], ['?']],
    [['mod+k'], ['mod+k']],
    [['k'], ['none']],
    [
      ['g', 'a'],
      ['pending', 'g a'],
    ],
    [
      ['g', 'x', 'a'],
      ['pending', 'none', 'a'],
    ],
    [
      ['g', '/'],
      ['pending', '/'],
    ],
    [
      ['g', 'g', 'h'],
      ['pending', 'pending', 'g h'],
    ],
    [['G'], ['pending']],
    [['alt+g'], ['none']],
  ])('%j → %j', (keys, readings) => expect(typed(keys)).toEqual(readings))

  it('forgets a first key after a while', () => expect(typed(['g', 'h'], SEQUENCE_MS + 1)).toEqual(['pending', 'none']))
})

it.each([
  ['g a', [['G'], ['A']]],
  ['mod+k', [['Ctrl', 'K']]],
  ['?', [['?']]],
  ['Escape', [['Esc']]],
])('%s is printed as %j', (keys, caps) => expect(capsOf(keys, false)).toEqual(caps))
