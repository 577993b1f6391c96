import { describe, expect, it } from 'vitest'
import type { HostOutcome } from '../../../../core/contract/index.ts'
import { AT_ONCE, createBulkJob } from './bulk-job.ts'

const names = (count: number) => Array.from({ length: count }, (_, index) => `host-${index}`)
const outcome = (name: string, what: HostOutcome['outcome'] = 'changed'): HostOutcome => ({ name, outcome: what, code: '', message: '' })

describe('a bulk job', () => {
  it('does some at a time, each once, in order', async () => {
    const sent: string[][] = []
    const job = createBulkJob()
    await job.start(names(60), async (some) => {
      sent.push(some)
      return { items: some.map((name) => outcome(name)) }
    })
    expect(sent.map(({ length }) => length)).toEqual([AT_ONCE, AT_ONCE, 60 - 2 * AT_ONCE])
    expect(job.outcomes.value.map(({ name }) => name)).toEqual(names(60))
    expect(job.state.value).toBe('finished')
  })

  it('stops between two requests and goes on where it stopped', async () => {
    const job = createBulkJob()
    const sent: string[] = []
    await job.start(names(60), async (some) => {
      if (sent.length === 0) job.stop()
      sent.push(...some)
      return { items: some.map((name) => outcome(name)) }
    })
    expect([job.state.value, job.untried.value.length]).toEqual(['stopped', 60 - AT_ONCE])
    await job.again('untried')
    expect(sent).toEqual(names(60))
    expect(job.state.value).toBe('finished')
  })

  it('keeps what was done when the console does not answer, and says so', async () => {
    const job = createBulkJob()
    let calls = 0
    await job.start(names(60), async (some) => {
      if (calls++ === 1) throw new TypeError('network')
      return { items: some.map((name) => outcome(name)) }
    })
    expect([job.problem.value?.code, job.outcomes.value.length]).toEqual(['OFFLINE', AT_ONCE])
    await job.again('untried')
    expect([job.problem.value, job.outcomes.value.length]).toEqual([null, 60])
  })

  it('tries what failed again', async () => {
    const job = createBulkJob()
    let fails = true
    await job.start(names(2), async (some) => ({
      items: some.map((name) => outcome(name, fails && name === 'host-1' ? 'failed' : 'changed')),
    }))
    fails = false
    expect(job.failed.value).toEqual(['host-1'])
    await job.again('failed')
    expect([job.failed.value, job.outcomes.value.length]).toEqual([[], 2])
  })
})
