import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EngineError } from '../engine.ts'
import { LogAssembler } from './logs.ts'

const AT = '2026-11-21T21:02:03.456789012Z'
const AT_MS = Date.UTC(2026, 10, 21, 21, 2, 3, 456)
const PIECE = 16 * 1024

function frame(kind: number, data: Buffer | string): Buffer {
  const bytes = Buffer.from(data)
  const header = Buffer.alloc(8)
  header.writeUInt8(kind, 0)
  header.writeUInt32BE(bytes.length, 4)
  return Buffer.concat([header, bytes])
}

/** What Docker sends of a line: pieces of 16 KiB, each with a timestamp, the last with the newline. */
function sent(kind: number, line: string): Buffer {
  const bytes = Buffer.from(line)
  const pieces: Buffer[] = []
  for (let from = 0; from === 0 || from < bytes.length; from += PIECE) {
    const last = from + PIECE >= bytes.length
    pieces.push(frame(kind, Buffer.concat([Buffer.from(`${AT} `), bytes.subarray(from, from + PIECE), Buffer.from(last ? '\n' : '')])))
  }
  return Buffer.concat(pieces)
}

describe('log assembler', () => {
  it('gives back every line, however the connection cuts the stream', () => {
    const line = fc.record({
      stream: fc.constantFrom('stdout' as const, 'stderr' as const),
      text: fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => !/[\r\n]/.test(text)),
        fc.nat(60_000).map((length) => '号'.repeat(length / 3)),
      ),
    })
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1 }), (lines, cuts) => {
        const bytes = Buffer.concat(lines.map(({ stream, text }) => sent(stream === 'stdout' ? 1 : 2, text)))
        const assembler = new LogAssembler()
        const seen = []
        for (let from = 0, cut = 0; from < bytes.length; cut++) {
          const to = from + (cuts[cut % cuts.length] ?? 1)
          seen.push(...assembler.read(bytes.subarray(from, to)))
          from = to
        }
        expect(seen).toEqual(lines.map((each) => ({ ...each, at: AT_MS })))
        expect(assembler.rest()).toEqual([])
      }),
      { numRuns: 50 },
    )
  })

  it('keeps the two streams apart while both have an unfinished line', () => {
    const assembler = new LogAssembler()
    expect(assembler.read(Buffer.concat([frame(1, `${AT} out`), frame(2, `${AT} err`)]))).toEqual([])
    expect(assembler.read(frame(1, `${AT} put\n`)).map(({ text }) => text)).toEqual(['output'])
    expect(assembler.rest()).toEqual([{ stream: 'stderr', at: AT_MS, text: 'err' }])
  })

  it('hands on an endless line in pieces', () => {
    const assembler = new LogAssembler()
    const lines = Array.from({ length: 100 }, () => assembler.read(frame(1, `${AT} ${'x'.repeat(PIECE)}`))).flat()
    expect(lines.map(({ text }) => text.length)).toEqual([2 ** 20])
  })

  it('refuses what is not this protocol, and passes on what Docker complains of', () => {
    expect(() => new LogAssembler().read(Buffer.from('HTTP/1.1 200 OK\r\n'))).toThrow(EngineError)
    expect(() => new LogAssembler().read(frame(3, 'the log file is broken'))).toThrow('the log file is broken')
  })
})
