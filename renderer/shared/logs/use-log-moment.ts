import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import type { LogLine } from '../../../core/contract/index.ts'
import { toProblem, type ProblemView } from '../feedback/problem.ts'
import { LogBuffer } from './log-buffer.ts'
import type { OpenLogs } from './use-log-stream.ts'

/** How far before and after a moment lines are shown. */
export const AROUND_MS = 30_000

export interface LogMoment {
  /** Null while it is being read, or when no moment is looked at. */
  buffer: ShallowRef<LogBuffer | null>
  problem: ShallowRef<ProblemView | null>
}

/** Lines written around `at()`, of instances that have ended since as well. */
export function useLogMoment(openLogs: OpenLogs, at: () => number | null): LogMoment {
  const buffer: ShallowRef<LogBuffer | null> = shallowRef(null)
  const problem: ShallowRef<ProblemView | null> = shallowRef(null)
  let current = new AbortController()

  async function read(moment: number, signal: AbortSignal): Promise<void> {
    const lines: LogLine[] = []
    for await (const line of await openLogs({ tail: 10_000, since: moment - AROUND_MS, follow: false }, signal))
      if (line.at !== null && Math.abs(line.at - moment) <= AROUND_MS) lines.push(line)
    if (signal.aborted) return
    const next = new LogBuffer()
    next.add(lines.sort((one, other) => (one.at ?? 0) - (other.at ?? 0)))
    buffer.value = next
  }

  watch(
    at,
    (moment) => {
      current.abort()
      const own = (current = new AbortController())
      buffer.value = null
      problem.value = null
      if (moment === null) return
      read(moment, own.signal).catch((error: unknown) => {
        if (!own.signal.aborted) problem.value = toProblem(error)
      })
    },
    { immediate: true },
  )
  onScopeDispose(() => current.abort())
  return { buffer, problem }
}
