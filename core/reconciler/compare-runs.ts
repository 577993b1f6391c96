import type { InstanceRecord } from '../apps/index.ts'
import type { EventKind } from '../contract/index.ts'
import type { ObservedRun } from '../engines/index.ts'

/** What to write about one instance, and what to tell. */
export interface Observation {
  record: InstanceRecord
  columns: {
    status?: string
    health?: string
    started_at?: number | null
    ended_at?: number | null
    exit_code?: number | null
    message?: string
    cleaned?: number
  }
  event: EventKind | null
}

export interface Comparison {
  observations: Observation[]
  /** Instances whose loop has something to do: to start, to stop, or to clean up after. */
  touch: string[]
  /** What runs on the host although no instance is known by that id. */
  orphans: ObservedRun[]
  /** What runs although its end was told, as after a start that the engine did and called a failure: it has to be ended. */
  strays: ObservedRun[]
}

/**
 * Compares what a host reports with what is stored of it. Pure. The host is right about what runs; the store is right about what
 * is wanted. `records` are the host's instances of which something may be left there.
 */
export function compareRuns(runs: readonly ObservedRun[], records: readonly InstanceRecord[], now: number): Comparison {
  const known = new Map(records.map(({ instance }) => [instance.id, instance]))
  // What says that it belongs to another app was made by somebody else, whatever id it carries.
  const isKnown = (run: ObservedRun) => known.get(run.id)?.app === run.app
  const byId = new Map(runs.filter(isKnown).map((run) => [run.id, run]))
  const result: Comparison = { observations: [], touch: [], orphans: runs.filter((run) => !isKnown(run)), strays: [] }
  for (const record of records) {
    const run = byId.get(record.instance.id)
    const observation = run ? compareRun(run, record, now) : compareAbsent(record, now)
    if (observation) result.observations.push(observation)
    const { wanted, status } = record.instance
    if (run?.state === 'running' && (status === 'failed' || status === 'stopped')) result.strays.push(run)
    const next = observation?.columns.status ?? status
    if (wanted === 'stopped' ? observation?.columns.cleaned !== 1 : next === 'starting') result.touch.push(record.instance.id)
  }
  return result
}

function compareRun(run: ObservedRun, record: InstanceRecord, now: number): Observation | null {
  const { wanted, status, startedAt } = record.instance
  if (status === 'stopped' || status === 'failed') return null
  if (run.state === 'exited') {
    if (wanted === 'stopped') return null
    const message = run.message || (run.exitCode === null ? 'it ended' : `exit code ${run.exitCode}`)
    const columns = {
      status: 'failed',
      started_at: run.startedAt ?? startedAt,
      ended_at: run.endedAt ?? now,
      exit_code: run.exitCode,
      message,
    }
    return { record, columns, event: 'instance.failed' }
  }
  if (wanted === 'stopped') return status === 'unreachable' ? { record, columns: { status: 'stopping' }, event: null } : null
  if (status === 'running') return null
  // Made, but cut off before it was started: it is asked for again.
  if (run.state === 'starting') return status === 'unreachable' ? { record, columns: { status: 'starting' }, event: null } : null
  const event = status === 'unreachable' ? 'instance.returned' : 'instance.running'
  return { record, columns: { status: 'running', started_at: run.startedAt ?? now, message: '' }, event }
}

function compareAbsent(record: InstanceRecord, now: number): Observation | null {
  const { wanted, status, startedAt } = record.instance
  if (status === 'stopped' || status === 'failed') return { record, columns: { cleaned: 1 }, event: null }
  // A start that was cut off may still go on there, and only the engine can keep it from that: its own stop tells the end.
  if (wanted === 'stopped' && startedAt === null) return null
  if (wanted === 'stopped') return { record, columns: { status: 'stopped', ended_at: now, cleaned: 1 }, event: 'instance.stopped' }
  // Never seen running: its start is still to come, or was cut off and is asked for again.
  if (startedAt === null) return status === 'unreachable' ? { record, columns: { status: 'starting' }, event: null } : null
  return {
    record,
    columns: { status: 'failed', ended_at: now, message: 'it was removed on the host by somebody else', cleaned: 1 },
    event: 'instance.failed',
  }
}
