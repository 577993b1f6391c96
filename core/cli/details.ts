import stringWidth from 'string-width'
import type { Output } from './output.ts'
import { printable } from './terminal.ts'

/** Prints named values under each other; a missing value prints as a dash. */
export function printDetails(out: Output, values: Record<string, string | number | boolean | null | undefined>): void {
  const width = Math.max(...Object.keys(values).map((name) => stringWidth(name)))
  for (const [name, value] of Object.entries(values)) {
    const text = value === null || value === undefined || value === '' ? '-' : printable(String(value))
    out.line(`${out.paint('gray', name)}${' '.repeat(width - stringWidth(name))}  ${text}`)
  }
}

/** `key=value` pairs in one line. */
export function pairs(values: Record<string, string>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ')
}
