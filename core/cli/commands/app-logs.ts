import type { Command } from 'commander'
import type { LogLine } from '../../contract/index.ts'
import type { Client } from '../../contract/client.ts'
import type { Colour, Paint } from '../paint.ts'
import type { Cli } from '../session.ts'
import { follow } from '../stream.ts'
import { printable } from '../terminal.ts'
import { wholeNumber } from '../wait.ts'

interface LogOptions {
  follow?: true
  all?: true
  tail?: number
  instance?: string
  raw?: true
}

export function addLogsCommand(group: Command, cli: Cli): void {
  group
    .command('logs')
    .description('print the log lines of all instances in one stream')
    .argument('<app>', 'name of the app')
    .option('-f, --follow', 'go on with new lines, and instances, as they come')
    .option('--all', 'also instances that ended')
    .option('--tail <lines>', 'lines of each instance, from its end', wholeNumber(0, 10_000))
    .option('--instance <instance>', 'only this instance')
    .option('--raw', 'print control characters of the app as they are')
    .action(async (name: string, options: LogOptions, command: Command) => {
      const { client, out } = await cli.open(command)
      const position = new Position()
      const prefix = prefixer(out.paint, options.instance !== undefined)
      await follow({
        out,
        endless: options.follow === true,
        open: (again) => openLogs(client, { name, options, since: again ? position.resume() : undefined }),
        async each(line) {
          if (position.isNew(line)) await out.item(line, () => `${prefix(line)}${options.raw ? line.text : printable(line.text)}`)
        },
      })
    })
}

type LogRequest = { name: string; options: LogOptions; since: number | undefined }

function openLogs(client: Client, { name, options, since }: LogRequest): Promise<AsyncIterable<LogLine>> {
  const query = {
    ...(options.follow ? { follow: true } : {}),
    ...(options.tail === undefined ? {} : { tail: options.tail }),
    ...(since === undefined ? {} : { since, tail: 10_000 }),
  }
  if (options.instance !== undefined) return client.instances.logs({ id: options.instance, ...query })
  return client.apps.logs({ name, ...query, ...(options.all ? { ended: true } : {}) })
}

// Lines of different instances arrive out of step by up to this much.
const SLACK_MS = 5000

/** Where a log stream is, so that it can go on there after a break without repeating lines. */
class Position {
  readonly #last = new Map<string, number>()
  #seen = new Map<string, number>()

  /** Prepares for a new connection; returns from when on to ask, if any line had a time. */
  resume(): number | undefined {
    this.#seen = new Map(this.#last)
    return this.#last.size === 0 ? undefined : Math.max(...this.#last.values()) - SLACK_MS
  }

  /** Whether a line was not there before the break. */
  isNew(line: LogLine): boolean {
    if (line.at === null) return true
    this.#last.set(line.instance, Math.max(line.at, this.#last.get(line.instance) ?? 0))
    return line.at > (this.#seen.get(line.instance) ?? -1)
  }
}

const COLOURS: Colour[] = ['cyan', 'green', 'yellow', 'magenta', 'blue', 'red']

/** Prefix that tells instances apart; the same instance keeps its colour. */
function prefixer(paint: Paint, single: boolean): (line: LogLine) => string {
  const colours = new Map<string, Colour>()
  return (line) => {
    if (single) return ''
    const colour = colours.get(line.instance) ?? COLOURS[colours.size % COLOURS.length] ?? 'cyan'
    colours.set(line.instance, colour)
    return paint(colour, `${printable(line.instance)}@${printable(line.host)} | `)
  }
}
