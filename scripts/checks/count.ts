import { readFileSync } from 'node:fs'
import type { Count, Step } from './step.ts'

interface VitestReport {
  success: boolean
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: { status: string; assertionResults: unknown[] }[]
}

interface PlaywrightReport {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number }
  errors: unknown[]
}

/** What a step counts for, from its tool's report; a tool that failed counts at least one failure. */
export function countStep(step: Step, exitCode: number): Count {
  const single = { passed: exitCode === 0 ? 1 : 0, failed: exitCode === 0 ? 0 : 1, skipped: 0 }
  if (!step.report) return single
  const report = readReport(step.report.file)
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 }
  const count = step.report.kind === 'vitest' ? countVitest(report as VitestReport) : countPlaywright(report as PlaywrightReport)
  const ran = count.passed + count.failed + count.skipped
  // A run without a single test proves nothing, and a failing exit code is never a pass.
  return count.failed === 0 && (exitCode !== 0 || ran === 0) ? { ...count, failed: 1 } : count
}

function countVitest(report: VitestReport): Count {
  // A test file that could not even be loaded has no tests to count.
  const unloadable = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloadable,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

function countPlaywright({ stats, errors }: PlaywrightReport): Count {
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length, skipped: stats.skipped }
}

function readReport(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
