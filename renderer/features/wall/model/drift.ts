const STEP_MS = 60_000
const WAY = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
  [-1, -1],
  [0, -1],
  [1, -1],
] as const

/** Where the picture stands at `now`: a slow round of a few pixels, so that nothing burns into the screen. Parts of one step. Pure. */
export function driftAt(now: number): readonly [number, number] {
  return WAY[Math.floor(now / STEP_MS) % WAY.length] ?? WAY[0]
}
