import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fuzzyMatch, piecesOf } from './fuzzy-match.ts'

const marked = (query: string, text: string) => {
  const match = fuzzyMatch(query, text)
  return (
    match &&
    piecesOf(text, match.ranges)
      .map((piece) => (piece.matched ? `[${piece.text}]` : piece.text))
      .join('')
  )
}

describe('fuzzyMatch', () => {
  it.each([
    ['shop', 'shop', '[shop]'],
    ['SCA', 'Scale shop', '[Sca]le shop'],
    ['shop scale', 'Scale shop', '[Scale] [shop]'],
    ['rsh', 'Restart shop', '[R]e[s]tart s[h]op'],
    ['dark', 'Switch to the dark theme', 'Switch to the [dark] theme'],
    ['主机', '添加主机', '添加[主机]'],
    ['', 'anything', 'anything'],
    ['web2', 'web1', null],
    ['xyz', 'Scale shop', null],
    ['op', 'Scale shop', 'Scale sh[op]'],
    ['cle', 'Scale shop', null],
  ])('%j in %j → %j', (query, text, expected) => expect(marked(query, text)).toBe(expected))

  it('puts the whole name before its beginning, that before a later word, and that before letters here and there', () => {
    const texts = ['Restart shop', 'workshop', 'my-shop', 'shop-2', 'shop', 'super high option p']
    const scored = texts.flatMap((text) => {
      const match = fuzzyMatch('shop', text)
      return match ? [{ text, score: match.score }] : []
    })
    expect(scored.toSorted((one, other) => other.score - one.score).map(({ text }) => text)).toEqual([
      'shop',
      'shop-2',
      'my-shop',
      'Restart shop',
      'workshop',
      'super high option p',
    ])
  })

  it('never loses or moves a letter', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (query, text) => {
        const match = fuzzyMatch(query, text)
        if (match)
          expect(
            piecesOf(text, match.ranges)
              .map((piece) => piece.text)
              .join(''),
          ).toBe(text)
      }),
    )
  })
})
