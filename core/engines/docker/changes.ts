import type { Readable } from 'node:stream'

/** Cuts Docker's stream of events and hands over the id of the container each one is about. */
export class EventReader {
  #rest = ''

  read(chunk: Buffer): string[] {
    const lines = (this.#rest + chunk.toString('utf8')).split('\n')
    this.#rest = lines.pop() ?? ''
    return lines.filter((line) => line.trim() !== '').map(containerOf)
  }
}

/**
 * Yields once for any number of events that came since the last time, until the stream ends or breaks. `seen` is told of
 * each at once, however slowly the consumer takes them.
 */
export async function* changesOf(stream: Readable, seen: (container: string) => void): AsyncGenerator<void> {
  const reader = new EventReader()
  const now = { changed: false, ended: false }
  let wake: () => void = () => undefined
  const end = () => {
    now.ended = true
    wake()
  }
  stream.on('data', (chunk: Buffer) => {
    const containers = reader.read(chunk)
    containers.forEach(seen)
    now.changed ||= containers.length > 0
    wake()
  })
  stream.once('end', end).once('close', end).on('error', end)
  try {
    for (;;) {
      if (now.changed) {
        now.changed = false
        yield
      } else if (now.ended) return
      else {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
  } finally {
    stream.destroy()
  }
}

function containerOf(line: string): string {
  try {
    const event = JSON.parse(line) as { Actor?: { ID?: unknown } }
    return typeof event.Actor?.ID === 'string' ? event.Actor.ID : ''
  } catch {
    return ''
  }
}
