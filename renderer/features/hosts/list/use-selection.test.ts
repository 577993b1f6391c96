import { describe, expect, it } from 'vitest'
import { createSelection } from './use-selection.ts'

const order = ['a', 'b', 'c', 'd', 'e']
const chosen = (selection: ReturnType<typeof createSelection>) => [...selection.names.value].sort().join('')

describe('a selection', () => {
  it('takes a line in and out', async () => {
    const selection = createSelection(async () => order)
    await selection.toggle('b', false)
    await selection.toggle('d', false)
    await selection.toggle('b', false)
    expect(chosen(selection)).toBe('d')
  })
  it.each([
    ['b', 'd', 'bcd'],
    ['d', 'b', 'bcd'],
    ['gone', 'b', 'bgone'],
  ])('reaches from %s to %s', async (from, to, names) => {
    const selection = createSelection(async () => order)
    await selection.toggle(from, false)
    await selection.toggle(to, true)
    expect(chosen(selection)).toBe(names)
  })
  it('takes all that match, and none', async () => {
    const selection = createSelection(async () => order)
    await selection.all()
    expect(chosen(selection)).toBe('abcde')
    selection.clear()
    expect(chosen(selection)).toBe('')
  })
  it('stays as it is when the names cannot be had, and says why', async () => {
    const selection = createSelection(() => Promise.reject(new TypeError('network')))
    await selection.toggle('a', false)
    await selection.all()
    expect(chosen(selection)).toBe('a')
    expect(selection.problem.value?.code).toBe('OFFLINE')
  })
})
