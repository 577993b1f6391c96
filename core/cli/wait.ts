import { setTimeout as sleep } from 'node:timers/promises'
import { InvalidArgumentError } from 'commander'
import { parseDuration } from '../contract/index.ts'
import { EXIT } from './exit-code.ts'
import { CliError } from './failure.ts'

export interface Wait<T> {
  read(): Promise<T>
  reached(value: T): boolean
  /** What is still missing, for progress and for the message when time is up. */
  missing(value: T): string
  timeoutMs: number
  intervalMs?: number
  note?(text: string): void
}

/** Reads until the state is reached; ends with the exit code for time-outs when it is not. */
export async function waitFor<T>(wait: Wait<T>): Promise<T> {
  const deadline = performance.now() + wait.timeoutMs
  let told = ''
  for (;;) {
    const value = await wait.read()
    if (wait.reached(value)) return value
    const missing = wait.missing(value)
    if (missing !== told) wait.note?.(missing)
    told = missing
    if (performance.now() >= deadline) {
      throw new CliError(EXIT.timeout, `not reached within ${wait.timeoutMs / 1000} s: ${missing}`, {
        hint: 'it goes on without this command',
      })
    }
    await sleep(wait.intervalMs ?? 500)
  }
}

/** Parses an option that takes a duration such as "90s" or "5m". */
export function durationOption(text: string): number {
  const ms = parseDuration(text)
  if (ms === undefined) throw new InvalidArgumentError('write a duration with its unit, as in "90s" or "5m"')
  return ms
}

/** Parses an option or argument that takes a whole number within bounds. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < min || value > max) throw new InvalidArgumentError(`use a whole number from ${min} to ${max}`)
    return value
  }
}
