import type { Duplex, Readable } from 'node:stream'
import { EngineError } from '../engine.ts'

/** A running script. Both outputs must be read, or it may wait for ever. */
export interface ShellProcess {
  stdin: NodeJS.WritableStream
  stdout: Readable
  stderr: Readable
  exitCode: Promise<number>
  /** Missing where the terminal, if there is one, is not the connection's own. */
  resize?(columns: number, rows: number): void
  close(): void
}

export interface SpawnOptions {
  tty?: { columns: number; rows: number }
}

/** A place where POSIX sh runs: this workstation, or a host behind an SSH connection. */
export interface Shell {
  /** Runs `sh -c script` with `args` as its parameters, which no shell interprets, in an almost empty environment. */
  spawn(script: string, args: readonly string[], options?: SpawnOptions): Promise<ShellProcess>
  dial(port: number): Promise<Duplex>
  /** False once the connection is gone. */
  isOpen(): boolean
  close(): Promise<void>
}

/** Exit codes by which scripts say why they gave up. */
export const GONE = 3
export const REFUSED = 4
export const NEEDS_ARTIFACT = 5

const MAX_OUTPUT_BYTES = 64 * 2 ** 20

/**
 * Runs a script to its end in one round trip and gives what it printed and its exit code. What a login shell prints
 * before is ignored; an answer that is cut short is `unreachable`. Codes other than 0 and those in `expected` reject.
 */
export async function runScript(
  shell: Shell,
  script: string,
  request: { args?: readonly string[]; input?: NodeJS.ReadableStream | string; expected?: readonly number[] } = {},
): Promise<{ output: string; code: number }> {
  const process = await spawnScript(shell, `${FRAME}\n${script}`, { args: request.args ?? [] })
  feed(process, request.input)
  const [output, problems] = await Promise.all([readAll(process.stdout), readAll(process.stderr), process.exitCode])
  const framed = /(?:^|\n)spacefort-begin\n([\s\S]*)\nspacefort-end (\d+)\n$/.exec(output)
  if (framed?.[1] === undefined) throw broken(problems)
  const code = Number(framed[2])
  if (code === 0 || request.expected?.includes(code)) return { output: framed[1], code }
  if (code === GONE) throw gone()
  throw new EngineError('refused', lastLine(code === REFUSED ? framed[1] : problems) || `the host's shell ended with code ${code}`)
}

/** Starts a script, turning a lost connection into `unreachable`. */
export async function spawnScript(
  shell: Shell,
  script: string,
  { args, tty }: { args: readonly string[] } & SpawnOptions,
): Promise<ShellProcess> {
  const process = await shell.spawn(script, args, tty ? { tty } : {}).catch((cause: unknown) => {
    throw new EngineError('unreachable', cause instanceof Error ? cause.message : String(cause), { cause })
  })
  // Writing to what has ended already is no failure of its own: its exit code tells.
  process.stdin.on('error', () => undefined)
  return process
}

export function gone(): EngineError {
  return new EngineError('gone', 'the instance is not there any more')
}

function broken(problems: string): EngineError {
  return new EngineError('unreachable', `the host's shell gave no complete answer${problems ? `: ${lastLine(problems)}` : ''}`)
}

/** Marks begin and end, so that an answer is known to be whole. `leave` is what a script wants done whatever happens. */
const FRAME = `leave() { :; }
trap 'code=$?; leave; printf "\\nspacefort-end %s\\n" "$code"' EXIT
trap 'exit 129' HUP INT TERM
printf 'spacefort-begin\\n'`

function feed(process: ShellProcess, input: NodeJS.ReadableStream | string | undefined): void {
  if (typeof input === 'string' || input === undefined) {
    process.stdin.end(input ?? '')
    return
  }
  input.on('error', () => process.close())
  input.pipe(process.stdin)
}

async function readAll(stream: Readable): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  try {
    for await (const part of stream as AsyncIterable<Buffer>) {
      bytes += part.length
      if (bytes <= MAX_OUTPUT_BYTES) parts.push(part)
    }
  } catch {
    // A stream that breaks has told less than everything, which the missing end mark shows.
  }
  return Buffer.concat(parts).toString()
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? ''
}
