import { cpus, totalmem } from 'node:os'

export interface Result {
  case: string
  metric: string
  value: number
  unit: string
  /** What was measured beside it in the same run; `ratio` is ours over theirs. */
  peer?: string
  peerValue?: number
  ratio?: number
}

/** One JSON object on standard output, as every benchmark prints it. */
export function printReport(bench: string, results: readonly Result[]): void {
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`
  process.stdout.write(`${JSON.stringify({ bench, at: new Date().toISOString(), machine, results })}\n`)
}

/** What is going on, for whoever waits; never on standard output. */
export function progress(text: string): void {
  process.stderr.write(`${text}\n`)
}

export const round = (value: number, digits = 1) => Math.round(value * 10 ** digits) / 10 ** digits

/** The value below which `share` of all values lie; 0 for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
