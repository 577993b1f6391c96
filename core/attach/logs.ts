import { isAborted } from '../base/aborted.ts'
import type { LogLine } from '../contract/index.ts'
import type { Engine } from '../engines/index.ts'

export interface LogTarget {
  id: string
  host: string
  /** Undefined while the host is not connected. */
  engine: Engine | undefined
}

export interface LogOptions {
  follow: boolean
  tail: number
  since?: number | undefined
}

/** Where the instances whose logs are wanted are looked up, again and again while following. */
export type LogTargets = () => Promise<LogTarget[]>

/** While following, new instances are picked up this often. */
const LOOK_AGAIN_MS = 1000
/** Lines that an instance which started while following may have written before it was noticed. */
const TAIL_OF_NEW = 10_000
/** Lines held for a slow reader before its sources are made to wait. */
const BUFFER_LINES = 2000

/**
 * The log lines of many instances as one stream. Without `follow`, in order of time as far as times are known; with it, what is
 * there first and then lines as they come, of instances that start later too, until `signal` aborts.
 */
export async function* mergeLogs(targets: LogTargets, options: LogOptions, signal: AbortSignal): AsyncGenerator<LogLine> {
  if (!options.follow) {
    const lines = await Promise.all((await targets()).map((target) => collect(target, options, signal)))
    yield* lines.flat().sort((a, b) => (a.at ?? 0) - (b.at ?? 0))
    return
  }
  yield* followAll(targets, options, signal)
}

async function collect(target: LogTarget, options: LogOptions, signal: AbortSignal): Promise<LogLine[]> {
  const lines: LogLine[] = []
  let last: number | null = null
  for await (const line of read(target, options, signal)) {
    // A line without a time of its own belongs after the one before it.
    last = line.at ?? last
    lines.push({ ...line, at: last })
  }
  return lines
}

async function* read({ id, host, engine }: LogTarget, options: LogOptions, signal: AbortSignal): AsyncGenerator<LogLine> {
  if (!engine) {
    yield {
      instance: id,
      host,
      stream: 'stderr',
      at: null,
      text: `[spacefort] the host "${host}" is not connected; its lines are missing here`,
    }
    return
  }
  try {
    const { follow, tail, since } = options
    for await (const line of engine.logs(id, { follow, tail, ...(since === undefined ? {} : { since }), signal }))
      yield { instance: id, host, ...line }
  } catch (error) {
    if (signal.aborted) return
    const reason = error instanceof Error ? error.message : String(error)
    yield { instance: id, host, stream: 'stderr', at: null, text: `[spacefort] the log cannot be read: ${reason}` }
  }
}

/** An instance that is new is read from its beginning, one that was read before from after its last line. */
function resumed(options: LogOptions, known: { lastAt: number | null } | undefined): LogOptions {
  if (!known) return { ...options, tail: TAIL_OF_NEW }
  return known.lastAt === null ? { ...options, tail: 0 } : { ...options, tail: TAIL_OF_NEW, since: known.lastAt + 1 }
}

async function* followAll(targets: LogTargets, options: LogOptions, signal: AbortSignal): AsyncGenerator<LogLine> {
  const buffer: LogLine[] = []
  // By the connection it is read over: a new one is read from where the old one broke off.
  const following = new Map<string, { engine: Engine; lastAt: number | null }>()
  const ended = new AbortController()
  const stop = AbortSignal.any([signal, ended.signal])
  let wakeReader: () => void = () => undefined
  let wakeWriters: (() => void)[] = []

  const pump = async (target: LogTarget, from: LogOptions) => {
    for await (const line of read(target, from, stop)) {
      const source = following.get(target.id)
      if (source && source.engine !== target.engine) return
      if (source) source.lastAt = line.at ?? source.lastAt
      buffer.push(line)
      wakeReader()
      if (buffer.length >= BUFFER_LINES) await new Promise<void>((resolve) => wakeWriters.push(resolve))
      if (stop.aborted) return
    }
  }
  const look = async (first: boolean) => {
    const seen = await targets()
    for (const target of seen) {
      const known = following.get(target.id)
      if (!target.engine || known?.engine === target.engine) continue
      const lastAt = known?.lastAt ?? null
      following.set(target.id, { engine: target.engine, lastAt })
      void pump(target, first ? options : resumed(options, known && { lastAt }))
    }
    for (const id of following.keys()) if (!seen.some((target) => target.id === id)) following.delete(id)
  }
  const timer = setInterval(() => void look(false).catch(() => undefined), LOOK_AGAIN_MS)
  signal.addEventListener('abort', () => wakeReader(), { once: true })
  try {
    await look(true)
    while (!signal.aborted) {
      const batch = buffer.splice(0)
      for (const wake of wakeWriters.splice(0)) wake()
      yield* batch
      if (buffer.length === 0 && !isAborted(signal)) await new Promise<void>((resolve) => (wakeReader = resolve))
    }
  } finally {
    clearInterval(timer)
    ended.abort()
    for (const wake of wakeWriters) wake()
    wakeWriters = []
  }
}
