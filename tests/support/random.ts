/** Random numbers that are the same in every run (mulberry32): what is made from them can be compared between runs. */
export function seededRandom(seed: number) {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    next,
    below: (limit: number): number => Math.floor(next() * limit),
    chance: (share: number): boolean => next() < share,
    pick: <const T extends readonly [unknown, ...unknown[]]>(items: T): T[number] => items[Math.floor(next() * items.length)],
  }
}
export type SeededRandom = ReturnType<typeof seededRandom>
