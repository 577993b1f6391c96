import { describe, expect, it } from 'vitest'
import type { InstanceRecord } from '../apps/index.ts'
import type { ObservedRun } from '../engines/index.ts'
import { compareRuns } from './compare-runs.ts'

const record = (id: string, more: Partial<InstanceRecord['instance']> = {}): InstanceRecord => ({
  instance: {
    id,
    app: 'shop',
    revision: 1,
    host: 'a1',
    address: 'a1',
    wanted: 'running',
    status: 'running',
    health: 'unknown',
    ports: [],
    cause: 'scale',
    createdAt: 1,
    startedAt: 2,
    endedAt: null,
    exitCode: null,
    message: '',
    ...more,
  },
  restartGeneration: 0,
  stopCause: null,
  statusSince: 2,
  cleaned: false,
  placement: null,
  resources: { cpuMillis: 0, memoryBytes: 0, diskBytes: 0 },
})
const run = (id: string, more: Partial<ObservedRun> = {}): ObservedRun => ({
  id,
  app: 'shop',
  revision: 1,
  state: 'running',
  startedAt: 2,
  endedAt: null,
  exitCode: null,
  message: '',
  ports: [],
  ...more,
})
const told = (runs: ObservedRun[], records: InstanceRecord[]) => {
  const { observations, orphans, strays, touch } = compareRuns(runs, records, 10)
  return {
    events: observations.map(({ event, record: { instance } }) => `${instance.id} ${String(event)}`),
    orphans: orphans.map(({ id }) => id),
    strays: strays.map(({ id }) => id),
    touch,
  }
}
const nothing = { events: [], orphans: [], strays: [], touch: [] }

describe('what a host reports and what is stored of it', () => {
  it('agree when what is wanted runs', () => {
    expect(told([run('a')], [record('a')])).toEqual(nothing)
  })

  it('differ when something runs that nobody knows, or that says it is of another app', () => {
    expect(told([run('a'), run('b')], [record('a')])).toEqual({ ...nothing, orphans: ['b'] })
    expect(told([run('a', { app: 'other' })], [record('a')])).toEqual({ ...nothing, events: ['a instance.failed'], orphans: ['a'] })
  })

  it('differ when something runs of which the end was told', () => {
    const failed = record('a', { status: 'failed', wanted: 'stopped' })
    expect(told([run('a')], [failed])).toEqual({ ...nothing, strays: ['a'], touch: ['a'] })
    expect(told([run('a', { state: 'exited' })], [failed])).toEqual({ ...nothing, touch: ['a'] })
  })

  it('leave it to the engine to end a start that may still go on', () => {
    const never = record('a', { wanted: 'stopped', status: 'stopping', startedAt: null })
    expect(told([], [never])).toEqual({ ...nothing, touch: ['a'] })
    expect(told([], [record('a', { wanted: 'stopped', status: 'stopping' })])).toEqual({ ...nothing, events: ['a instance.stopped'] })
  })
})
