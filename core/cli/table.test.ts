import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import { painter } from './paint.ts'
import { renderTable } from './table.ts'

const plain = { paint: painter(false) }

describe('renderTable', () => {
  it('lines up columns by what a terminal shows, Chinese and emoji included', () => {
    const lines = renderTable(
      ['NAME', 'PLACE', 'END'],
      [
        ['杭州一号', 'a', '|'],
        ['b', '机房🔥', '|'],
      ],
      plain,
    ).split('\n')
    const positions = lines.slice(1).map((line) => stringWidth(line.slice(0, line.indexOf('|'))))
    expect(positions[0]).toBe(positions[1])
    expect(stringWidth(lines[0]!.slice(0, lines[0]!.indexOf('END')))).toBe(positions[0])
  })

  it('puts numbers to the right and prints what is missing as a dash', () => {
    const lines = renderTable(
      ['N', 'COUNT', 'X'],
      [
        ['a', 5, null],
        ['b', 500, ''],
      ],
      plain,
    ).split('\n')
    expect(lines).toEqual(['N  COUNT  X', 'a      5  -', 'b    500  -'])
  })

  it('cuts the last column at the width, never through a wide character', () => {
    const [, row] = renderTable(['A', 'MESSAGE'], [['x', '内存不足'.repeat(10)]], { ...plain, width: 20 }).split('\n')
    expect(stringWidth(row!)).toBeLessThanOrEqual(20)
    expect(row!.endsWith('…')).toBe(true)
  })

  it('lets no cell move the cursor or begin a line', () => {
    const text = renderTable(['A', 'B'], [['\u001b[2Jx\ny', '\u001b]0;title\u0007']], plain)
    expect(text.split('\n')).toHaveLength(2)
    expect(text).not.toContain('\u001b')
    expect(text).not.toContain('\u0007')
  })

  it('colours only when asked to', () => {
    const rows = [[{ text: 'ready', colour: 'green' as const }]]
    expect(renderTable(['S'], rows, plain)).not.toContain('\u001b')
    expect(renderTable(['S'], rows, { paint: painter(true) })).toContain('\u001b[32mready')
  })
})
