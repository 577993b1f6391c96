import type { Proposal } from '../../contract/index.ts'
import type { Allowed } from './suppress.ts'

export interface Fused {
  wanted: number
  won: string | null
  reason: string
}

/**
 * One number out of all proposals: the highest. One that wants more outweighs all that want less; less is only wanted where every
 * rule that can speak wants less and none is silenced by a wrong metric.
 */
export function fuse({ proposals, noIn, noOut }: Allowed, current: number): Fused {
  const speaking = proposals.filter((proposal): proposal is Proposal & { wanted: number } => proposal.wanted !== null)
  let highest: (Proposal & { wanted: number }) | undefined
  for (const proposal of speaking) if (highest === undefined || proposal.wanted > highest.wanted) highest = proposal
  if (highest === undefined) return stay(current, noIn ? `nothing can be decided: ${noIn}` : silence(proposals))
  if (highest.wanted > current) {
    if (noOut !== null && highest.kind !== 'timed') return stay(current, `no scale-out: ${noOut}`)
    return { wanted: highest.wanted, won: highest.rule, reason: `${highest.rule}: ${highest.reason}` }
  }
  if (highest.wanted === current) return { wanted: current, won: highest.rule, reason: `${highest.rule}: ${highest.reason}` }
  if (noIn !== null) return stay(current, `no scale-in: ${noIn}`)
  const content = speaking.find(({ direction }) => direction === 'none')
  if (content) return { wanted: current, won: content.rule, reason: `${content.rule}: ${content.reason}` }
  return { wanted: highest.wanted, won: highest.rule, reason: `${highest.rule}: ${highest.reason}` }
}

function silence(proposals: readonly Proposal[]): string {
  const [first] = proposals
  return first ? `no rule has anything to say; ${first.rule}: ${first.reason}` : 'the policy has no enabled rule'
}

const stay = (current: number, reason: string): Fused => ({ wanted: current, won: null, reason })
