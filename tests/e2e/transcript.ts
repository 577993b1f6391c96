import { writeFileSync } from 'node:fs'
import type { Ran } from './console-under-test.ts'

/** Keeps what was typed and printed, to become a page of the documentation. */
export class Transcript {
  readonly #parts: string[] = []

  say(text: string): void {
    this.#parts.push(text)
  }

  ran(args: readonly string[], { stdout, stderr }: Ran): void {
    const printed = `${stdout}${stderr}`.trimEnd()
    const lines = printed.split('\n')
    const shown = lines.length > 45 ? [...lines.slice(0, 30), `… ${lines.length - 30} more lines`] : lines
    this.#parts.push(['```', `$ npx spacefort ${args.join(' ')}`, ...shown.map((line) => line.trimEnd()), '```'].join('\n'))
  }

  write(file: string): void {
    writeFileSync(file, `${this.#parts.join('\n\n')}\n`)
  }
}
