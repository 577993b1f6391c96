import { setTimeout as sleep } from 'node:timers/promises'
import { ORPCError } from '../contract/client.ts'
import { CliError } from './failure.ts'
import type { Output } from './output.ts'

interface Follow<T> {
  /** Opens the stream; called again after it broke, to go on behind the last item. */
  open: (again: boolean) => Promise<AsyncIterable<T>>
  each: (item: T) => Promise<void>
  /** Whether a stream that ends in order is opened again. */
  endless: boolean
  out: Output
  pauseMs?: number
}

const LONGEST_PAUSE_MS = 5000

/**
 * Reads a stream to its end. One that worked and then breaks is opened again, as often as it takes; an answer that says
 * no is final.
 */
export async function follow<T>({ open, each, endless, out, pauseMs = 500 }: Follow<T>): Promise<void> {
  let worked = false
  let pause = pauseMs
  for (;;) {
    try {
      const stream = await open(worked)
      if (worked) out.note('connected again')
      worked = true
      pause = pauseMs
      for await (const item of stream) await each(item)
      if (!endless) return
    } catch (error) {
      if (!worked || !endless || !isBreak(error)) throw error
      if (pause === pauseMs) out.note('the connection broke; trying again')
    }
    await sleep(pause)
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
  }
}

function isBreak(error: unknown): boolean {
  if (error instanceof ORPCError) return error.status >= 500 || error.status === 429
  if (error instanceof CliError) return error.exitCode === 6
  // A reader that went away (EPIPE) is no broken connection to the server.
  return error instanceof TypeError || (error instanceof Error && error.name !== 'AbortError' && !('syscall' in error))
}
