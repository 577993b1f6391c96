import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { countStep } from './count.ts'
import { runStep } from './run-step.ts'
import type { Outcome, Step } from './step.ts'
import { summary } from './summary.ts'

let folder: string
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'spacefort-count-'))))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function reported(kind: 'vitest' | 'playwright', report: unknown): Step {
  const file = join(folder, `${kind}.json`)
  writeFileSync(file, JSON.stringify(report))
  return { name: kind, command: ['true'], timeoutMs: 1_000, report: { kind, file } }
}

function vitestReport(numbers: Record<string, number>, testResults: unknown[] = []) {
  return { success: true, numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults, ...numbers }
}

describe('counting a step', () => {
  it.each([
    ['passes', vitestReport({ numPassedTests: 3 }), 0, { passed: 3, failed: 0, skipped: 0 }],
    ['skips and todos', vitestReport({ numPassedTests: 1, numPendingTests: 2, numTodoTests: 1 }), 0, { passed: 1, failed: 0, skipped: 3 }],
    ['failures', vitestReport({ numPassedTests: 1, numFailedTests: 2 }), 1, { passed: 1, failed: 2, skipped: 0 }],
    [
      'files that cannot be loaded',
      vitestReport({ numPassedTests: 5 }, [{ status: 'failed', assertionResults: [] }]),
      1,
      { passed: 5, failed: 1, skipped: 0 },
    ],
    ['errors outside any test', vitestReport({ numPassedTests: 5 }), 1, { passed: 5, failed: 1, skipped: 0 }],
    ['no tests at all', vitestReport({}), 0, { passed: 0, failed: 1, skipped: 0 }],
  ])('counts %s of vitest', (...[, report, exitCode, count]) => {
    expect(countStep(reported('vitest', report), exitCode)).toEqual(count)
  })

  it('counts a flaky Playwright test as failed', () => {
    const report = { stats: { expected: 4, unexpected: 1, flaky: 1, skipped: 2 }, errors: [] }
    expect(countStep(reported('playwright', report), 1)).toEqual({ passed: 4, failed: 2, skipped: 2 })
  })

  it('counts a step without its report as failed, even when it says it succeeded', () => {
    const step: Step = { name: 'lost', command: ['true'], timeoutMs: 1_000, report: { kind: 'vitest', file: join(folder, 'missing.json') } }
    expect(countStep(step, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 })
  })
})

describe('running a step', () => {
  it('ends a step that takes too long, with everything it started', async () => {
    const script = 'sleep 300 & echo $! > "$0"; wait'
    const file = join(folder, 'pid')
    const outcome = await runStep({ name: 'slow', command: ['sh', '-c', script, file], timeoutMs: 300 })
    expect(outcome.count).toEqual({ passed: 0, failed: 1, skipped: 0 })
    expect(outcome.reason).toContain('stopped after')
    const pid = Number(readFileSync(file, 'utf8'))
    await expect.poll(() => isRunning(pid)).toBe(false)
  })

  it('counts a program that is not there as failed', async () => {
    const outcome = await runStep({ name: 'absent', command: [join(folder, 'absent')], timeoutMs: 1_000 })
    expect(outcome.count.failed).toBe(1)
  })
})

describe('closing line', () => {
  const outcome = (name: string, count: Outcome['count'], mayBeSkipped = false): Outcome => ({
    step: { name, command: ['true'], timeoutMs: 1, mayBeSkipped },
    count,
    seconds: 1,
    reason: '',
  })
  const outcomes = [
    outcome('unit', { passed: 10, failed: 0, skipped: 1 }),
    outcome('electron', { passed: 0, failed: 0, skipped: 7 }, true),
    outcome('lint', { passed: 1, failed: 0, skipped: 0 }),
  ]
  const lastLine = (text: string) => text.split('\n').at(-1)

  it('is the last line, alone', () => {
    expect(lastLine(summary(outcomes, false))).toBe('11 passed, 0 failed, 8 skipped')
  })

  it('counts what was skipped against its will as failed where nothing may be skipped', () => {
    const text = summary(outcomes, true)
    expect(lastLine(text)).toBe('11 passed, 1 failed, 7 skipped')
    expect(text).toContain('WARNING: unit was skipped, in whole or in part; it counts as FAILED')
  })
})

/** A process that has ended may still be listed until its parent has asked how. */
function isRunning(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
  return /^[^Z\s]/.test(stdout)
}
