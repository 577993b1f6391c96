import type { Colour } from './paint.ts'
import type { Cell } from './table.ts'

/** Age as people say it: "5s", "12m", "3h", "8d". */
export function age(since: number | null, now = Date.now()): string {
  if (since === null) return '-'
  const seconds = Math.max(0, Math.round((now - since) / 1000))
  if (seconds < 120) return `${seconds}s`
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)}h`
  return `${Math.floor(seconds / 86_400)}d`
}

/** Bytes with three digits at most and a binary unit: "1.5Gi". */
export function bytes(value: number | null | undefined): string {
  if (value === null || value === undefined) return '-'
  const units = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi']
  let amount = value
  let unit = 0
  while (amount >= 1000 && unit < units.length - 1) {
    amount /= 1024
    unit += 1
  }
  const text = unit === 0 || amount >= 100 ? String(Math.round(amount)) : amount.toFixed(1).replace(/\.0$/, '')
  return `${text}${units[unit] ?? ''}`
}

/** Millicores as cores: "1.5", "0.05". */
export function cores(millis: number | null | undefined): string {
  return millis === null || millis === undefined ? '-' : String(Number((millis / 1000).toFixed(millis < 100 ? 3 : 2)))
}

export function time(at: number | null): string {
  return at === null ? '-' : new Date(at).toISOString().replace('T', ' ').slice(0, 19)
}

const GOOD = new Set(['ready', 'healthy', 'running', 'open', 'ok', 'passed', 'added', 'valid'])
const BAD = new Set(['unreachable', 'blocked', 'failed', 'down', 'unhealthy', 'invalid'])
const UNDER_WAY = new Set([
  'starting',
  'stopping',
  'changing',
  'connecting',
  'draining',
  'cordoned',
  'degraded',
  'warning',
  'exists',
  'removing',
])

/** A status word with its colour; the word alone says everything. */
export function status(word: string): Cell {
  const colour: Colour | undefined = GOOD.has(word) ? 'green' : BAD.has(word) ? 'red' : UNDER_WAY.has(word) ? 'yellow' : undefined
  return colour ? { text: word, colour } : word
}

/** `1 instance`, `2 instances`. */
export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`
}
