import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createOutput } from './output.ts'
import { usesColour } from './paint.ts'
import { printable, type Terminal } from './terminal.ts'

const makeTerminal = (tty: boolean, env: Terminal['env'] = {}) => ({
  stdin: new PassThrough(),
  stdout: Object.assign(new PassThrough(), { isTTY: tty }),
  stderr: new PassThrough(),
  env,
})

describe('printable', () => {
  it.each([
    ['colours are dropped', '\u001b[1;31mred\u001b[0m', 'red'],
    ['a cleared screen is shown', '\u001b[2Jx', '␛[2Jx'],
    ['a carriage return cannot overwrite', 'good\rbad', 'good␍bad'],
    ['nor can a line be forged', 'a\nb', 'a␊b'],
    ['8-bit control sequences count too', '\u009b2Jx', '\ufffd2Jx'],
    ['text cannot be turned around', 'a\u202eb', 'a\ufffdb'],
    ['tabs and other languages stay', 'a\t内存 é', 'a\t内存 é'],
  ])('%s', (_name, text, expected) => expect(printable(text)).toBe(expected))
})

describe('usesColour', () => {
  it('asks the terminal and the variables people set', () => {
    expect(usesColour(makeTerminal(true))).toBe(true)
    expect(usesColour(makeTerminal(false))).toBe(false)
    expect(usesColour(makeTerminal(true, { NO_COLOR: '1' }))).toBe(false)
    expect(usesColour(makeTerminal(true, { TERM: 'dumb' }))).toBe(false)
    expect(usesColour(makeTerminal(false, { FORCE_COLOR: '1' }))).toBe(true)
  })
})

describe('createOutput', () => {
  it('prints one JSON document and nothing for people with json', () => {
    const at = makeTerminal(false)
    const out = createOutput(at, { json: true, colour: true })
    out.note('progress')
    out.result({ a: 1 }, () => out.line('text'))
    expect(String(at.stdout.read())).toBe('{"a":1}\n')
    expect(at.stderr.read()).toBeNull()
  })
})
