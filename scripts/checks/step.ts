export interface Count {
  passed: number
  failed: number
  skipped: number
}

/** One part of `npm test`. Counts as a single check unless its tool writes a report of the tests it ran. */
export interface Step {
  name: string
  command: readonly [string, ...string[]]
  timeoutMs: number
  /** What the machine must offer; without it the step is skipped. */
  needs?: readonly Need[]
  report?: { kind: 'vitest' | 'playwright'; file: string }
  /** Without it the steps after it mean nothing. */
  essential?: boolean
  /** May be skipped even where everything else must run. */
  mayBeSkipped?: boolean
}

export type Need = 'lab' | 'chromium'

export interface Outcome {
  step: Step
  count: Count
  seconds: number
  /** Why it failed or was skipped; empty when it passed. */
  reason: string
}

const MINUTE_MS = 60_000
export const REPORTS = 'test-results'

export const staticSteps: readonly Step[] = [
  { name: 'formatting', command: ['prettier', '--check', '--log-level', 'warn', '.'], timeoutMs: 3 * MINUTE_MS },
  { name: 'lint', command: ['eslint', '--max-warnings', '0', ...eslintCache(), '.'], timeoutMs: 5 * MINUTE_MS },
  { name: 'types', command: ['vue-tsc', '-b'], timeoutMs: 5 * MINUTE_MS },
  {
    name: 'import rules',
    command: ['depcruise', '--config', '.dependency-cruiser.mjs', 'core', 'electron', 'renderer', 'lab', 'tests', 'scripts'],
    timeoutMs: 2 * MINUTE_MS,
  },
  { name: 'dead code', command: ['knip', '--no-progress'], timeoutMs: 2 * MINUTE_MS },
]

export const testSteps: readonly Step[] = [
  { name: 'build', command: ['node', 'scripts/run.mjs', 'build'], timeoutMs: 4 * MINUTE_MS, essential: true },
  vitest('unit', { timeoutMs: 6 * MINUTE_MS }),
  vitest('engines', { timeoutMs: 8 * MINUTE_MS, needs: ['lab'] }),
  vitest('faults', { timeoutMs: 5 * MINUTE_MS, needs: ['lab'] }),
  vitest('e2e', { timeoutMs: 12 * MINUTE_MS, needs: ['lab', 'chromium'] }),
  vitest('desktop', { timeoutMs: 5 * MINUTE_MS, needs: ['chromium'] }),
  {
    name: 'electron',
    command: ['playwright', 'test', '--config', 'playwright.config.ts'],
    timeoutMs: 4 * MINUTE_MS,
    report: { kind: 'playwright', file: `${REPORTS}/electron.json` },
    mayBeSkipped: true,
  },
]

function vitest(name: string, rest: Pick<Step, 'timeoutMs' | 'needs'>): Step {
  const file = `${REPORTS}/${name}.json`
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  return {
    name,
    command: ['vitest', 'run', '--config', 'vite.config.ts', '--project', name, ...reporters],
    report: { kind: 'vitest', file },
    ...rest,
  }
}

/** The cache cannot see that a type changed in another file: good enough at a desk, not where the result is final. */
function eslintCache(): string[] {
  return process.env.CI ? [] : ['--cache', '--cache-location', 'node_modules/.cache/eslint/', '--cache-strategy', 'content']
}
