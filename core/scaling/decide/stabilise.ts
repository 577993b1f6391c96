import type { ScalingPolicy } from '../../contract/index.ts'
import type { Fused } from './fuse.ts'
import type { ScalingState } from './situation.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
const MOST_DOUBLINGS = 6
/** Unused releases add up to this many. */
const MOST_RELEASES = 6

export interface Hold {
  current: number
  fused: Fused
  /** Instances worth keeping for what will probably come, and for what may come at most. */
  keepLikely: number
  keepMost: number
}

export interface Stabilised {
  wanted: number
  reason: string
  early: boolean
  state: ScalingState
  thrashing: boolean
}

/**
 * Lets every scale-out through at once and scale-in only when it will probably last: to the highest number wanted within the
 * window, none soon after a scale-out, none that is not worth it. A large part that is not needed may be released early, a
 * stated number of times a day. Each change of direction beyond those allowed in an hour doubles the times.
 */
export function stabilise(hold: Hold, { policy, state }: { policy: ScalingPolicy; state: ScalingState }, now: number): Stabilised {
  const reversals = (state.reversals[0] ?? now) <= now - DAY_MS ? state.reversals.filter((at) => now - at < DAY_MS) : state.reversals
  const beyond = countSince(reversals, now - HOUR_MS) - policy.reversals.perHour
  const thrashing = beyond > 0
  const stretch = thrashing ? 2 ** Math.min(MOST_DOUBLINGS, beyond) : 1
  const { wanted } = hold.fused
  const wants = remember(state.wants, [now, wanted], policy.scaleIn.windowSeconds * 1000 * stretch)
  const releases = Math.min(MOST_RELEASES, state.releases + ((now - (state.releasesAt ?? now - DAY_MS)) * policy.release.perDay) / DAY_MS)
  const next: ScalingState = { ...state, wants, releases, releasesAt: now, reversals }
  if (wanted >= hold.current) return { wanted, reason: hold.fused.reason, early: false, state: next, thrashing }

  const { scaleIn, release } = policy
  // Where the direction seldom changes, waiting for what may come saves no change of direction and only costs.
  const restless = Math.min(1, reversals.length / scaleIn.deadbandReversals)
  const deadband = scaleIn.deadband * restless
  const kept = restless < 1 ? wanted : Math.max(wanted, hold.keepLikely)
  const sinceOut = state.lastOutAt === null ? Infinity : now - state.lastOutAt
  const routine = Math.ceil(Math.max(wants[0]?.[1] ?? wanted, kept) * (1 + deadband))
  const early = Math.ceil(Math.max(highestSince(wants, now - release.windowSeconds * 1000), kept) * (1 + release.margin))
  const answer = (to: number, reason: string, isEarly = false) => ({ wanted: to, reason, early: isEarly, state: next, thrashing })

  const isLarge = (to: number) => to <= hold.current * (1 - release.share)
  if (sinceOut > scaleIn.afterOutSeconds * 1000 * stretch && routine < hold.current) {
    if (restless < 1 || isLarge(routine) || hold.keepMost <= hold.current) return answer(routine, hold.fused.reason)
    return answer(hold.current, `no scale-in: ${hold.keepMost} may be needed within ${scaleIn.keepSeconds} s`)
  }
  if (isLarge(early) && releases >= 1) return answer(early, `early release; ${hold.fused.reason}`, true)
  if (sinceOut <= scaleIn.afterOutSeconds * 1000 * stretch)
    return answer(hold.current, `no scale-in within ${scaleIn.afterOutSeconds * stretch} s of a scale-out`)
  return answer(hold.current, `no scale-in: ${routine} with what was wanted in the last ${scaleIn.windowSeconds * stretch} s`)
}

function remember(wants: ScalingState['wants'], latest: readonly [number, number], windowMs: number): ScalingState['wants'] {
  const [now, wanted] = latest
  let end = wants.length
  while (end > 0 && (wants[end - 1]?.[1] ?? 0) <= wanted) end--
  let start = 0
  while (start < end && (wants[start]?.[0] ?? now) < now - windowMs) start++
  return [...wants.slice(start, end), latest]
}

function countSince(times: readonly number[], since: number): number {
  let count = 0
  for (const at of times) if (at > since) count++
  return count
}

function highestSince(wants: ScalingState['wants'], since: number): number {
  return wants.find(([at]) => at >= since)?.[1] ?? 0
}

/** The state after a change was decided: directions, reversals and releases are counted from what happened, not from what was wished. */
export function afterMove(
  state: ScalingState,
  move: { from: number; to: number; early: boolean },
  { policy, now }: { policy: ScalingPolicy; now: number },
): ScalingState {
  const change = move.to - move.from
  if (change === 0) return state
  const withinMs = policy.reversals.withinSeconds * 1000
  const opposite = change > 0 ? state.lastInAt : state.lastOutAt
  const turned =
    opposite !== null && now - opposite <= withinMs && opposite >= (change > 0 ? (state.lastOutAt ?? 0) : (state.lastInAt ?? 0))
  const longestMs = 1000 * Math.max(policy.scaleOut.rate?.periodSeconds ?? 0, policy.scaleIn.rate?.periodSeconds ?? 0)
  return {
    ...state,
    // An early release ends the wait that the scale-out began: what is left of it may go in the usual way.
    lastOutAt: change > 0 ? now : move.early ? null : state.lastOutAt,
    lastInAt: change < 0 ? now : state.lastInAt,
    releases: turned ? state.releases - 1 : state.releases,
    reversals: turned ? [...state.reversals, now] : state.reversals,
    moves: longestMs === 0 ? [] : [...state.moves.filter(([at]) => now - at < longestMs), [now, change]],
  }
}
