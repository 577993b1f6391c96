import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { countStep } from './count.ts'
import { missing } from './machine.ts'
import type { Outcome, Step } from './step.ts'

const KILL_AFTER_MS = 5_000
const WINDOWS = process.platform === 'win32'

/** Runs a step to its end or its time limit, with everything it started. Never rejects. */
export async function runStep(step: Step): Promise<Outcome> {
  const lacking = (step.needs ?? []).map(missing).filter((text) => text !== undefined)
  if (lacking.length > 0) {
    return { step, count: { passed: 0, failed: 0, skipped: 1 }, seconds: 0, reason: `this machine lacks ${lacking.join(' and ')}` }
  }
  console.log(`\n=== ${step.name} ===`)
  if (step.report) rmSync(step.report.file, { force: true })
  const startedAt = performance.now()
  const { exitCode, timedOut } = await run(step)
  const seconds = (performance.now() - startedAt) / 1_000
  const count = timedOut ? { passed: 0, failed: 1, skipped: 0 } : countStep(step, exitCode)
  const reason = timedOut ? `stopped after ${step.timeoutMs / 1_000} s` : count.failed > 0 ? `exit code ${exitCode}` : ''
  return { step, count, seconds, reason }
}

function run(step: Step): Promise<{ exitCode: number; timedOut: boolean }> {
  const [file, ...args] = step.command
  const options = { stdio: ['ignore', 'inherit', 'inherit'] as ('ignore' | 'inherit')[], detached: !WINDOWS, shell: WINDOWS }
  const child = spawn(file, args, options)
  let timedOut = false
  let interruptedBy = 0
  const timer = setTimeout(() => {
    timedOut = true
    killGroup(child.pid, 'SIGTERM')
    setTimeout(() => killGroup(child.pid, 'SIGKILL'), KILL_AFTER_MS).unref()
  }, step.timeoutMs)
  const passOn = (signal: NodeJS.Signals) => {
    interruptedBy = signal === 'SIGINT' ? 2 : 15
    killGroup(child.pid, signal)
  }
  const signals = ['SIGINT', 'SIGTERM'] as const
  for (const signal of signals) process.once(signal, passOn)
  return new Promise((resolve) => {
    const finish = (exitCode: number) => {
      clearTimeout(timer)
      for (const signal of signals) process.off(signal, passOn)
      // Whatever the step left running belongs to it and ends with it.
      if (timedOut || interruptedBy) killGroup(child.pid, 'SIGKILL')
      if (interruptedBy) process.exit(128 + interruptedBy)
      resolve({ exitCode, timedOut })
    }
    child.once('error', (error) => {
      console.error(`${file} could not be started: ${error.message}`)
      finish(127)
    })
    child.once('exit', (code) => finish(code ?? 1))
  })
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(WINDOWS ? pid : -pid, signal)
  } catch {
    // It has ended already.
  }
}
