import { bootHost, killHost, startPulse, stopPulse, waitForHost } from './machine.ts'
import { clearLink, dropPackets, setLink, slowLink, type Slowness } from './network.ts'
import { findHost, labDir, requireState, saveHost, type HostState, type LabState } from './state.ts'

export interface FaultOptions {
  dir?: string | undefined
}

/** Cuts the host off: it goes on running, and nobody can reach it. */
export function partition(name: string, options: FaultOptions = {}): Promise<HostState> {
  return change(name, options, async (_, host) => {
    host.partitioned = true
    await setLink(host, 'down')
  })
}

/** Ends a partition. A host that was also killed stays silent until it is revived. */
export function heal(name: string, options: FaultOptions = {}): Promise<HostState> {
  return change(name, options, async (_, host) => {
    host.partitioned = false
    if (host.boot) await setLink(host, 'up')
  })
}

/** Loses the host as in a power cut: silent at once, everything on it ended; its disk stays. */
export function kill(name: string, options: FaultOptions = {}): Promise<HostState> {
  return change(name, options, async (state, host) => {
    await setLink(host, 'down')
    await killHost(state, host)
    await clearLink(host)
    host.slow = null
  })
}

/** Starts a killed host again from its disk; resolves once it answers, or at once when it is partitioned. */
export function revive(name: string, options: FaultOptions = {}): Promise<HostState> {
  return change(name, options, async (state, host) => {
    if (host.boot) throw new Error(`${name} is running; only a killed host can be revived`)
    await bootHost(state, host)
    if (host.partitioned) return
    await setLink(host, 'up')
    await waitForHost(state, host)
  })
}

/**
 * Makes the host slow: `delayMs` each way on its link and `lossPercent` of packets lost each way. Where the kernel cannot
 * delay packets (no netem), the whole host stands still for `delayMs` again and again instead; `slow.by` says which.
 */
export async function slow(name: string, wanted: Partial<Slowness> & FaultOptions = {}): Promise<HostState> {
  const { delayMs = 200, lossPercent = 0 } = wanted
  if (!Number.isInteger(delayMs) || delayMs < 1 || delayMs > 5000) throw new Error('a delay is 1 to 5000 ms')
  if (!(lossPercent >= 0 && lossPercent <= 90)) throw new Error('a loss is 0 to 90 percent')
  return change(name, wanted, async (state, host) => {
    if (!host.boot) throw new Error(`${name} is lost; revive it first`)
    await stopPulse(state, host)
    host.slow = null
    if (await slowLink(host, { delayMs, lossPercent })) {
      host.slow = { delayMs, lossPercent, by: 'netem', pulse: null }
      return
    }
    await dropPackets(host, lossPercent)
    host.slow = { delayMs, lossPercent, by: 'freezer', pulse: await startPulse(state, host, delayMs) }
  })
}

/** Ends `slow`. */
export function fast(name: string, options: FaultOptions = {}): Promise<HostState> {
  return change(name, options, async (state, host) => {
    await stopPulse(state, host)
    host.slow = null
    await clearLink(host)
  })
}

async function change(name: string, options: FaultOptions, apply: (state: LabState, host: HostState) => Promise<void>): Promise<HostState> {
  const state = await requireState(labDir(options.dir))
  const host = findHost(state, name)
  try {
    await apply(state, host)
  } finally {
    await saveHost(state, host)
  }
  return host
}
