import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shellQuote } from './shell-quote.ts'

const nasty = fc.constantFrom(
  "'",
  '"',
  '\\',
  '$',
  '`',
  '\n',
  '\r',
  '\t',
  ' ',
  '!',
  '*',
  '?',
  '~',
  '#',
  '&',
  ';',
  '|',
  '<',
  '>',
  '(',
  ')',
  '{',
  '}',
  '%',
  '-',
  '=',
  '\u007f',
  'é',
  '你',
  '😀',
  '\u0001',
)
const text = fc
  .array(fc.oneof(nasty, fc.string({ unit: 'grapheme', maxLength: 3 })), { maxLength: 12 })
  .map((parts) => parts.join('').replaceAll('\0', ''))

describe('shellQuote', () => {
  it('makes words that a real shell reads back unchanged', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 20 }), (words) => {
        const output = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${words.map(shellQuote).join(' ')}`])
        expect(output).toEqual(Buffer.from(words.map((word) => `${word}\0`).join('')))
      }),
      { numRuns: 300 },
    )
  })

  it('refuses what no argument can hold', () => {
    expect(() => shellQuote('a\0b')).toThrow('NUL')
  })
})
