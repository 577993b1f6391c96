import { expect, it } from 'vitest'
import page from '../../../docs/design.md?raw'
import { cssVariables, TOKENS } from './tokens.ts'

const documented = [...page.matchAll(/`(--[a-z0-9-]+)`/g)].map((match) => match[1] ?? '')
const real = Object.keys(cssVariables(TOKENS.dark))
const isSeries = (name: string) => name.startsWith('--series-')

it('the design page names every token there is, and no other', () => {
  expect(documented.filter((name) => !real.includes(name))).toEqual([])
  expect(real.filter((name) => !isSeries(name) && !documented.includes(name))).toEqual([])
  expect(documented).toContain(real.filter(isSeries).at(-1))
})
