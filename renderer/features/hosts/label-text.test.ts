import { expect, it } from 'vitest'
import { labelsToText, textToKeys, textToLabels } from './label-text.ts'

it('reads what it writes', () => {
  const labels = { zone: 'a', equals: 'x=y', empty: '' }
  expect(textToLabels(labelsToText(labels))).toEqual(labels)
})

it.each([
  ['zone=a\n\nno value', 3],
  ['=x', 1],
  ['a b=c', 1],
])('%j: names the bad line', (text, line) => expect(textToLabels(text)).toBe(line))

it.each([
  ['', []],
  ['zone\n\n disk \nzone', ['zone', 'disk']],
  ['zone\nno key!', 2],
])('%j: keys', (text, keys) => expect(textToKeys(text)).toEqual(keys))
