import { randomText } from '../../base/ids.ts'
import type { LogRequest, RawLogLine } from '../engine.ts'
import { LineCutter, mergeTails, timeOf } from './log-lines.ts'
import { FOLLOW, LOGS } from './scripts-read.ts'
import { spawnScript, type Shell } from './shell.ts'
import { skipToMark } from './streams.ts'

/** Where logs are read: the root of the state folder, and the instance. */
interface LogSource {
  root: string
  id: string
}

/**
 * Yields the lines that are kept and, when following, those that come, until the instance has ended or the reader stops.
 * A line has the time that it begins with; without one, null for a kept line and the time of reading for a new one.
 */
export async function* readLogs(shell: Shell, source: LogSource, request: LogRequest): AsyncGenerator<RawLogLine, void, undefined> {
  if (request.signal.aborted) return
  const between = `-- ${randomText(26)} --`
  const args = [source.root, source.id, String(Math.max(0, Math.trunc(request.tail)))]
  const process = request.follow ? await spawnScript(shell, FOLLOW, { args: [...args, between] }) : await spawnScript(shell, LOGS, { args })
  const stop = () => process.close()
  request.signal.addEventListener('abort', stop, { once: true })
  try {
    const { chunks } = await skipToMark(process)
    const cutters = { stdout: new LineCutter(), stderr: new LineCutter() }
    const live = { stdout: false, stderr: false }
    let kept: RawLogLine[] = []
    const recent = (line: RawLogLine) => request.since === undefined || line.at === null || line.at >= request.since
    const accept = (stream: RawLogLine['stream'], text: string): RawLogLine[] => {
      if (text === between) {
        live[stream] = true
        if (!live.stdout || !live.stderr) return []
        const lines = mergeTails(kept.filter(recent), request.tail)
        kept = []
        return lines
      }
      const line = { stream, at: timeOf(text) ?? (live[stream] ? Date.now() : null), text }
      if (live.stdout && live.stderr) return recent(line) ? [line] : []
      kept.push(line)
      return []
    }
    for await (const { stream, data } of chunks) {
      for (const text of cutters[stream].push(data)) {
        for (const line of accept(stream, text)) {
          if (isAborted(request.signal)) return
          yield line
        }
      }
      if (isAborted(request.signal)) return
    }
    if (isAborted(request.signal)) return
    for (const stream of ['stdout', 'stderr'] as const) for (const text of cutters[stream].end()) yield* accept(stream, text)
    yield* mergeTails(kept.filter(recent), request.tail)
  } catch (error) {
    if (!isAborted(request.signal)) throw error
  } finally {
    request.signal.removeEventListener('abort', stop)
    process.close()
  }
}

function isAborted(signal: AbortSignal): boolean {
  return signal.aborted
}
