import type { Event } from '../../core/contract/index.ts'
import { round, type Result } from '../report.ts'
import type { CoreTrace } from './core-trace.ts'
import type { Fleet } from './fleet.ts'
import { cpuOf, timeScaling } from './round.ts'

/** Scales once more with a core that is looked into, and says where the time went. */
export async function traceScaling(fleet: Fleet, name: string, count: number): Promise<Result[]> {
  const { observer, spacefort } = fleet
  const before = (await spacefort.lastEvents(1)).at(0)?.seq ?? 0
  spacefort.process.send('reset')
  const cpuBefore = cpuOf(spacefort.process.pid ?? 0)
  const seen = await timeScaling(spacefort, count, observer)
  const cpuSeconds = cpuOf(spacefort.process.pid ?? 0) - cpuBefore
  const trace = await readTrace(fleet)
  await spacefort.settle()
  const events = (await spacefort.lastEvents(1000)).filter(({ seq }) => seq > before)
  const at = (kind: Event['kind']) => events.filter((event) => event.kind === kind).map((event) => event.at)
  const decided = Math.max(...at(count === 0 ? 'instance.stopping' : 'instance.placed'))
  const acts = observer.moments.map(({ atMs }) => atMs)
  const noted = Math.max(...at(count === 0 ? 'instance.stopped' : 'instance.running'))
  const ms = (metric: string, value: number): Result => ({ case: `trace ${name}`, metric, value: round(value), unit: 'ms' })
  const number = (metric: string, value: number): Result => ({ case: `trace ${name}`, metric, value, unit: 'count' })
  return [
    ms('acceptedMs', Math.min(...at('app.scaled')) - seen.startedAtMs),
    ms('decidedAndWrittenMs', decided - Math.min(...at('app.scaled'))),
    ms('untilFirstContainerMs', Math.min(...acts) - decided),
    ms('enginesAtWorkMs', Math.max(...acts) - Math.min(...acts)),
    ms('notedAfterMs', noted - Math.max(...acts)),
    ms('coreCpuMs', cpuSeconds * 1000),
    ms('enginesCpuMs', seen.cpu.engines * 1000),
    ms('coreLongestPauseMs', trace.longestPauseMs),
    ms('commitsMs', trace.commits.totalMs),
    number('commits', trace.commits.count),
    ms('statementsMs', trace.statements.totalMs),
    number('statements', trace.statements.count),
    ...Object.entries(trace.calls).flatMap(([kind, spent]) => [
      number(`calls ${kind}`, spent.count),
      ms(`call ${kind} meanMs`, spent.totalMs / spent.count),
    ]),
  ]
}

function readTrace({ spacefort }: Fleet): Promise<CoreTrace> {
  return new Promise((resolve) => {
    spacefort.process.once('message', (message) => resolve(message as CoreTrace))
    spacefort.process.send('read')
  })
}
