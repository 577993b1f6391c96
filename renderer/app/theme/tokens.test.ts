import { describe, expect, it } from 'vitest'
import { TOKENS } from './tokens.ts'

function luminance(hex: string): number {
  const channels = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * channels[0]! + 0.7152 * channels[1]! + 0.0722 * channels[2]!
}

function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

describe.each(Object.entries(TOKENS))('%s theme', (_name, tokens) => {
  const grounds = [tokens.page, tokens.surface, tokens.raised, tokens.hover]
  it.each([['text', tokens.text], ['muted', tokens.muted], ['accent', tokens.accent], ...Object.entries(tokens.tone)])(
    '%s reads on every ground (WCAG AA, 4.5)',
    (_, colour) => {
      for (const ground of grounds) expect(contrast(colour, ground)).toBeGreaterThanOrEqual(4.5)
    },
  )
  it('labels of the main button read on it', () => {
    for (const ground of [tokens.accent, tokens.accentHover]) expect(contrast(tokens.onAccent, ground)).toBeGreaterThanOrEqual(4.5)
  })
  it('chart lines stand out from the ground (WCAG 1.4.11, 3)', () => {
    for (const colour of tokens.series) expect(contrast(colour, tokens.surface)).toBeGreaterThanOrEqual(3)
  })
})
