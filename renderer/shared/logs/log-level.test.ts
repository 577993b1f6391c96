import { expect, it } from 'vitest'
import { levelOf } from './log-level.ts'

it.each([
  ['{"level":"error","msg":"no"}', 'error'],
  ['{"level":30,"time":1,"msg":"up"}', 'info'],
  ['{"time":1,"level":50}', 'error'],
  ['time=2026-01-01 level=warning msg="slow"', 'warn'],
  ['2026-03-01T10:20:30Z INFO listening', 'info'],
  ['[ERROR] it broke', 'error'],
  ['2026-03-01 10:20:30,123 DEBUG a.b.C - x', 'debug'],
  ['W0301 10:20:30.000 1 x.go:1] slow', 'warn'],
  ['error: cannot open', 'error'],
  ['2026-03-01T10:20:30.123Z warn slow', 'warn'],
  ['FATAL', 'error'],
  ['GET /errors 200', 'other'],
  ['information for you', 'other'],
  ['no INFORMATION here', 'other'],
  ['', 'other'],
])('%j → %s', (text, level) => expect(levelOf(text)).toBe(level))
