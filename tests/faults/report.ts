import type { Figures } from './scenario.ts'

export interface Outcome {
  scenario: string
  result: 'survived' | 'FAILED' | 'skipped'
  seconds: number
  /** What was wrong, or why it could not be run. */
  why: string[]
  figures: Figures
}

/** The outcomes for a terminal, with the number of each result below. Pure. */
export function table(outcomes: readonly Outcome[]): string {
  const wide = Math.max(...outcomes.map(({ scenario }) => scenario.length))
  const rows = outcomes.map(({ scenario, result, seconds, why, figures }) => {
    const told =
      why.length > 0
        ? (why[0] ?? '')
        : Object.entries(figures)
            .map(([name, value]) => `${name} ${value}`)
            .join(', ')
    return `${scenario.padEnd(wide)}  ${result.padEnd(8)}  ${seconds.toFixed(1).padStart(7)} s  ${told}`
  })
  const count = (result: Outcome['result']) => outcomes.filter((outcome) => outcome.result === result).length
  return [...rows, '', `${count('survived')} survived, ${count('FAILED')} failed, ${count('skipped')} skipped`].join('\n')
}
