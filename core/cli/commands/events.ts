import type { Command } from 'commander'
import type { Event } from '../../contract/index.ts'
import { time } from '../format.ts'
import type { Paint } from '../paint.ts'
import type { Cli } from '../session.ts'
import { follow } from '../stream.ts'
import { printable } from '../terminal.ts'
import { wholeNumber } from '../wait.ts'

interface EventOptions {
  follow?: true
  app?: string
  host?: string
  kind?: string
  after?: number
  tail: number
}

export function addEventsCommand(program: Command, cli: Cli): void {
  program
    .command('events')
    .description('show what happened, oldest first')
    .option('-f, --follow', 'go on with new events as they happen')
    .option('--app <app>', 'only about this app')
    .option('--host <host>', 'only about this host')
    .option('--kind <kind>', 'only this kind ("app.scaled") or family ("app")')
    .option('--after <seq>', 'only events behind this position', wholeNumber(0, Number.MAX_SAFE_INTEGER))
    .option('--tail <number>', 'so many of the latest events', wholeNumber(0, 1000), 50)
    .action(async (options: EventOptions, command: Command) => {
      const { client, out } = await cli.open(command)
      const { app, host, kind } = options
      const filter = { ...(app ? { app } : {}), ...(host ? { host } : {}), ...(kind ? { kind } : {}) }
      const after = options.after === undefined ? {} : { after: options.after }
      const { items, latest } = await client.events.list({ ...filter, ...after, limit: Math.max(options.tail, 1) })
      let seq = latest
      const each = async (event: Event) => {
        seq = Math.max(seq, event.seq)
        await out.item(event, () => eventLine(out.paint, event))
      }
      for (const event of options.tail === 0 ? [] : items.toReversed()) await each(event)
      if (options.follow) await follow({ out, endless: true, open: () => client.events.stream({ ...filter, after: seq }), each })
    })
}

function eventLine(paint: Paint, event: Event): string {
  const about = [event.app, event.instance, event.host && `on ${event.host}`].filter(Boolean).join(' ')
  const data = Object.entries(event.data).map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
  const text = printable(`${about}${data.length > 0 ? `  ${data.join(' ')}` : ''}`)
  return `${paint('gray', `${event.seq}  ${time(event.at)}`)}  ${paint('bold', event.kind.padEnd(20))} ${text}  ${paint('gray', `by ${printable(event.actor)}`)}`
}
