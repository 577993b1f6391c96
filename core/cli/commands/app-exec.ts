import { once } from 'node:events'
import type { Command } from 'commander'
import type { Client } from '../../contract/client.ts'
import { EXIT } from '../exit-code.ts'
import { CliError, ExitStatus, failureOf } from '../failure.ts'
import { write } from '../output.ts'
import type { Cli } from '../session.ts'
import type { Terminal } from '../terminal.ts'

interface ExecOptions {
  tty?: true
  stdin?: true
}

export function addExecCommand(group: Command, cli: Cli): void {
  group
    .command('exec')
    .description('run a command inside an instance; its exit status becomes ours')
    .argument('<target>', 'name of the app (its first running instance), or id of an instance')
    .argument('<command...>', 'after "--": program and arguments')
    .option('-t, --tty', 'with a terminal, for shells and editors')
    .option('-i, --stdin', 'pass standard input on')
    .action(async (target: string, words: string[], ...[options, command]: [ExecOptions, Command]) => {
      const { client, out } = await cli.open(command)
      if (options.tty && !cli.terminal.stdin.isTTY)
        throw new CliError(EXIT.usage, '--tty needs a terminal', { hint: 'leave it out, or use --stdin' })
      const id = await findInstance(client, target)
      const exitCode = await runExec(client, cli.terminal, { id, words, options, json: out.json })
      if (exitCode !== 0) throw new ExitStatus(exitCode)
    })
}

async function findInstance(client: Client, target: string): Promise<string> {
  const { items } = await client.instances.list({ app: target, status: 'running', limit: 1000 }).catch((error: unknown) => {
    // The id of an instance can be longer than the name of an app may be.
    if (failureOf(error).exitCode === EXIT.badInput) return { items: [] }
    throw error
  })
  const found = items.find((instance) => instance.health !== 'unhealthy') ?? items[0]
  if (found) return found.id
  const instance = await client.instances.get({ id: target }).catch((error: unknown) => {
    if (failureOf(error).exitCode !== EXIT.notFound) throw error
    throw new CliError(EXIT.notFound, `no instance of "${target}" runs, and no instance has that id`, {
      hint: 'see "spacefort app instances"',
    })
  })
  return instance.id
}

interface Exec {
  id: string
  words: string[]
  options: ExecOptions
  json: boolean
}

async function runExec(client: Client, terminal: Terminal, exec: Exec): Promise<number> {
  const tty = exec.options.tty === true
  const size = tty ? sizeOf(terminal.stdout) : {}
  const { session } = await client.instances.openExec({ id: exec.id, command: exec.words, tty, ...size })
  const output = await client.instances.execOutput({ session })
  const input = new ExecInput(client, session)
  const stop = tty || exec.options.stdin ? passInput(terminal, input, tty) : input.end()
  try {
    for await (const event of output) {
      if (event.kind === 'exit') return await report(terminal, exec, event)
      if (exec.json) await write(terminal.stdout, `${JSON.stringify(event)}\n`)
      else await write(event.stream === 'stderr' ? terminal.stderr : terminal.stdout, Buffer.from(event.data, 'base64'))
    }
    throw new CliError(EXIT.failure, 'the connection to the command ended before the command did')
  } finally {
    stop()
    await client.instances.closeExec({ session }).catch(() => undefined)
  }
}

async function report(terminal: Terminal, exec: Exec, event: { exitCode: number }): Promise<number> {
  if (exec.json) await write(terminal.stdout, `${JSON.stringify(event)}\n`)
  // A process ended by signal N is reported as 128 + N; more than a byte does not fit into an exit status.
  return event.exitCode & 0xff
}

type Input = Omit<Parameters<Client['instances']['execInput']>[0], 'session'>

/** Sends input one piece after the other, so that keys arrive in the order they were typed. */
class ExecInput {
  readonly #client: Client
  readonly #session: string
  #turn: Promise<unknown> = Promise.resolve()

  constructor(client: Client, session: string) {
    this.#client = client
    this.#session = session
  }

  send(input: Input): Promise<unknown> {
    // Input for a command that has ended meanwhile is of no use to anybody.
    this.#turn = this.#turn.then(() => this.#client.instances.execInput({ session: this.#session, ...input }).catch(() => undefined))
    return this.#turn
  }

  end(): () => void {
    void this.send({ end: true })
    return () => undefined
  }
}

/** Size of a window; some terminals say 0 while they do not know it. */
function sizeOf({ columns, rows }: Terminal['stdout']): { columns: number; rows: number } {
  return { columns: columns && columns > 0 ? columns : 80, rows: rows && rows > 0 ? rows : 24 }
}

const PIECE_BYTES = 512 * 1024

/** Forwards keys or piped input, and window sizes; returns how to stop and give the terminal back. */
function passInput(terminal: Terminal, input: ExecInput, tty: boolean): () => void {
  const { stdin, stdout } = terminal
  const resize = () => void input.send(sizeOf(stdout))
  const forward = async (chunk: Buffer) => {
    stdin.pause()
    for (let from = 0; from < chunk.length; from += PIECE_BYTES) {
      await input.send({ data: chunk.subarray(from, from + PIECE_BYTES).toString('base64') })
    }
    stdin.resume()
  }
  const onData = (chunk: Buffer | string) => void forward(Buffer.from(chunk))
  if (tty) {
    stdin.setRawMode?.(true)
    stdout.on('resize', resize)
  }
  stdin.on('data', onData)
  const ended = new AbortController()
  once(stdin, 'end', { signal: ended.signal }).then(
    () => void input.send({ end: true }),
    () => undefined,
  )
  return () => {
    ended.abort()
    stdin.off('data', onData)
    stdout.off('resize', resize)
    if (tty) stdin.setRawMode?.(false)
    stdin.pause()
  }
}
