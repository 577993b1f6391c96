const CPU = /^(?:(\d+)m|(\d+(?:\.\d{1,3})?))$/
const BYTES = /^(\d+)(?:(Ki|Mi|Gi|Ti|K|M|G|T)B?)?$/
const DURATION = /^(\d+)(ms|s|m|h|d)$/

const BYTE_UNITS: Record<string, number> = {
  K: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
}
const DURATION_UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Millicores of `"500m"`, `"0.5"` or `0.5`; `undefined` when the text is not a CPU amount. */
export function parseCpu(text: string | number): number | undefined {
  const match = CPU.exec(String(text))
  if (!match) return undefined
  return match[1] === undefined ? Math.round(Number(match[2]) * 1000) : Number(match[1])
}

/** Bytes of `"256Mi"`, `"1G"` or `"4096"` (Ki/Mi/Gi/Ti binary, K/M/G/T decimal, optional B); `undefined` when malformed. */
export function parseBytes(text: string | number): number | undefined {
  const match = BYTES.exec(String(text))
  if (!match) return undefined
  const bytes = Number(match[1]) * (match[2] === undefined ? 1 : (BYTE_UNITS[match[2]] ?? 1))
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

/** Milliseconds of `"500ms"`, `"10s"`, `"5m"`, `"1h"` or `"2d"`; `undefined` when malformed. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text)
  if (!match) return undefined
  const ms = Number(match[1]) * (DURATION_UNITS[match[2] ?? ''] ?? 0)
  return Number.isSafeInteger(ms) ? ms : undefined
}

/** The one way a CPU amount is written: millicores, `"500m"`. */
export function formatCpu(millis: number): string {
  return `${millis}m`
}

/** The one way an amount of bytes is written: the largest binary unit that divides it, `"256Mi"`. */
export function formatBytes(bytes: number): string {
  for (const unit of ['Ti', 'Gi', 'Mi', 'Ki'] as const) {
    const size = BYTE_UNITS[unit] ?? 1
    if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`
  }
  return String(bytes)
}
