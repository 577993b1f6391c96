import type { ContainerInfo, ContainerInspectInfo } from 'dockerode'
import { constants } from 'node:os'
import type { ObservedRun } from '../engine.ts'
import { containerName, LABEL, readPorts } from './container.ts'

type State = ContainerInspectInfo['State']

const SIGNAL_NAMES = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]))

/**
 * What a container goes by: the instance it is. One with the labels but not the name of an instance is a copy that somebody made,
 * or was tampered with: it goes by its own id.
 */
export function runId({ Id, Names, Labels }: ContainerInfo): string {
  const instance = Labels[LABEL.instance] ?? ''
  return Names.includes(`/${containerName(instance)}`) ? instance : Id
}

/** Joins what the list says of a container with its state; times are those of the daemon. */
export function observedRun(info: ContainerInfo, state: State): ObservedRun {
  const labels = info.Labels
  const phase = phaseOf(state)
  return {
    id: runId(info),
    app: labels[LABEL.app] ?? '',
    revision: Number(labels[LABEL.revision] ?? 0),
    state: phase,
    startedAt: timeOf(state.StartedAt),
    endedAt: phase === 'exited' ? endOf(state) : null,
    exitCode: phase === 'exited' ? state.ExitCode : null,
    message: phase === 'exited' ? endMessage(state, info.Command) : '',
    ports: readPorts(labels[LABEL.ports]),
  }
}

/** What the engine calls the time before the year 1 is "never". */
export function timeOf(text: string): number | null {
  const time = Date.parse(text)
  return Number.isNaN(time) || time <= 0 ? null : time
}

// Docker writes down the start when it has been told of it, which can be after the end of what ends at once.
function endOf(state: State): number | null {
  const endedAt = timeOf(state.FinishedAt)
  return endedAt === null ? null : Math.max(endedAt, timeOf(state.StartedAt) ?? 0)
}

function phaseOf(state: State): ObservedRun['state'] {
  if (state.Status === 'created') return state.Error === '' ? 'starting' : 'exited'
  return state.Status === 'exited' || state.Status === 'dead' || state.Status === 'removing' ? 'exited' : 'running'
}

function endMessage(state: State, command: string): string {
  if (state.Error !== '') return state.Error
  if (state.OOMKilled && state.ExitCode !== 0) return 'out of memory'
  // The init process cannot say more than a shell does when there is no such program.
  if (state.ExitCode === 127) return `exit code 127: ${command}, or a program it starts, was not found`
  if (state.ExitCode === 126) return `exit code 126: ${command}, or a program it starts, cannot be executed`
  const signal = SIGNAL_NAMES.get(state.ExitCode - 128)
  return signal === undefined ? `exit code ${state.ExitCode}` : `signal ${signal}`
}
