import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import type { LogLine } from '../../../core/contract/index.ts'
import { defaultBackoffMs } from '../../app/live-feed.ts'
import { toProblem, type ProblemView } from '../feedback/problem.ts'
import { LogBuffer } from './log-buffer.ts'

export interface LogPosition {
  tail: number
  since?: number
  /** Whether to go on with what comes; without, only what is there, ended instances included. */
  follow: boolean
}
export type OpenLogs = (position: LogPosition, signal: AbortSignal) => Promise<AsyncIterable<LogLine>>

export interface LogStream {
  buffer: LogBuffer
  /** Grows whenever lines came, at most once per drawn frame. */
  version: Ref<number>
  instances: ShallowRef<string[]>
  problem: ShallowRef<ProblemView | null>
  open: Ref<boolean>
}

/** Lines of several instances by time, as far as all of them tell it. */
function inOrder(lines: LogLine[]): LogLine[] {
  return lines.every((line) => line.at !== null) ? lines.sort((one, other) => (one.at ?? 0) - (other.at ?? 0)) : lines
}

/** Follows a log stream for as long as the component lives; when it breaks off it is opened again where it stopped. */
export function useLogStream(openLogs: OpenLogs): LogStream {
  const buffer = new LogBuffer()
  const version = ref(0)
  const instances = shallowRef<string[]>([])
  const problem: ShallowRef<ProblemView | null> = shallowRef(null)
  const open = ref(false)
  const ended = new AbortController()
  const seen = new Set<string>()
  let arrived: LogLine[] = []
  let flushTimer: ReturnType<typeof setTimeout> | undefined

  function flush(): void {
    flushTimer = undefined
    const known = seen.size
    for (const line of arrived) seen.add(line.instance)
    if (seen.size > known) instances.value = [...seen]
    buffer.add(inOrder(arrived))
    arrived = []
    version.value++
  }

  async function follow(): Promise<void> {
    const at = buffer.latestAt
    const position = buffer.taken === 0 ? { tail: 500 } : at === undefined ? { tail: 0 } : { tail: 10_000, since: at + 1 }
    const stream = await openLogs({ ...position, follow: true }, ended.signal)
    open.value = true
    problem.value = null
    for await (const line of stream) {
      arrived.push(line)
      // What was written before comes from all instances at once; a little more time puts it in order.
      flushTimer ??= setTimeout(flush, buffer.taken === 0 ? 250 : 150)
    }
  }

  async function run(): Promise<void> {
    const isEnded = () => ended.signal.aborted
    for (let attempt = 0; !isEnded(); attempt++) {
      try {
        await follow()
      } catch (error) {
        if (isEnded()) return
        problem.value = toProblem(error)
      }
      if (open.value) attempt = 0
      open.value = false
      await new Promise((resolve) => setTimeout(resolve, defaultBackoffMs(attempt)))
    }
  }

  onScopeDispose(() => {
    ended.abort()
    clearTimeout(flushTimer)
  })
  void run()
  return { buffer, version, instances, problem, open }
}
