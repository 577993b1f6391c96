import type { Readable, Writable } from 'node:stream'

/** The streams and variables a command may touch; the process's own, or a test's. */
export interface Terminal {
  stdin: Readable & { isTTY?: boolean; setRawMode?(raw: boolean): unknown }
  stdout: Writable & { isTTY?: boolean; columns?: number; rows?: number }
  stderr: Writable & { isTTY?: boolean }
  env: Record<string, string | undefined>
}

// eslint-disable-next-line no-control-regex -- the escape character is what is looked for
const SGR = /\u001b\[[0-9;:]*m/g
// Bidirectional overrides can make a line read as something it is not, just as escape sequences can.
// eslint-disable-next-line no-control-regex -- control characters are the point
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/**
 * Text from elsewhere, safe to print in one line: colours are dropped, every other control character becomes a visible
 * symbol, so nothing can move the cursor, change the title or forge a line.
 */
export function printable(text: string): string {
  return text.replace(SGR, '').replace(CONTROL, (character) => {
    const code = character.charCodeAt(0)
    if (code < 0x20) return String.fromCharCode(0x2400 + code)
    return code === 0x7f ? '\u2421' : '\ufffd'
  })
}
