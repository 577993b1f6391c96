/**
 * What a bound is to be: the value that a share of all peaks stay below; higher where that costs little, when load beyond it
 * weighs `weight` times what the capacity to serve it costs.
 */
export interface Aim {
  share: number
  weight?: number
}

/** What it costs to have said `bound` when `peak` came; least on average for the bound that the share asks for. */
export function pinball(share: number, peak: number, bound: number): number {
  return peak > bound ? share * (peak - bound) : (1 - share) * (bound - peak)
}
