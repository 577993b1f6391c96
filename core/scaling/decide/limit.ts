import type { Proposal, ScalingPolicy } from '../../contract/index.ts'
import type { ScalingState } from './situation.ts'

type Rate = ScalingPolicy['scaleOut']['rate']

export interface Limited {
  wanted: number
  /** Empty where nothing was cut. */
  reason: string
}

/** Cuts a change to what the rate limit of its direction still allows in its period. */
export function limitRate(
  to: number,
  current: number,
  { policy, state, now }: { policy: ScalingPolicy; state: ScalingState; now: number },
): Limited {
  const change = to - current
  const rate: Rate = change > 0 ? policy.scaleOut.rate : policy.scaleIn.rate
  if (change === 0 || !rate || (rate.instances === undefined && rate.percent === undefined)) return { wanted: to, reason: '' }
  const sign = Math.sign(change)
  const recent = state.moves.filter(([at, moved]) => now - at < rate.periodSeconds * 1000 && Math.sign(moved) === sign)
  const moved = recent.reduce((sum, [, size]) => sum + Math.abs(size), 0)
  const before = Math.max(1, current - sign * moved)
  const most = Math.max(rate.instances ?? 0, Math.floor(((rate.percent ?? 0) / 100) * before))
  const left = Math.max(0, most - moved)
  if (Math.abs(change) <= left) return { wanted: to, reason: '' }
  return { wanted: current + sign * left, reason: `limited:rate, ${most} in ${rate.periodSeconds} s` }
}

export interface Bounds {
  min: number
  max: number
  contradiction: boolean
}

/** The bounds in force: the highest minimum and the lowest maximum of policy and open timed rules. Where they cross, the minimum holds. */
export function boundsOf(policy: ScalingPolicy, proposals: readonly Proposal[]): Bounds {
  let { min, max } = policy.limits
  for (const proposal of proposals) {
    min = Math.max(min, proposal.min ?? min)
    max = Math.min(max, proposal.max ?? max)
  }
  return { min, max: Math.max(min, max), contradiction: min > max }
}

export function clamp(wanted: number, { min, max }: Bounds): Limited {
  if (wanted > max) return { wanted: max, reason: `limited:max, ${wanted} wanted` }
  if (wanted < min) return { wanted: min, reason: `limited:min, ${wanted} wanted` }
  return { wanted, reason: '' }
}

/** Never more than quota and hosts allow; what runs already is not taken away for it. */
export function clampToRoom(wanted: number, current: number, room: number | null): Limited {
  if (room === null || wanted <= room || wanted <= current) return { wanted, reason: '' }
  return { wanted: Math.max(current, room), reason: `limited:quota, room for ${room}` }
}
