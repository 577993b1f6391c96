/** A key as it was pressed, with what was held. */
export interface Press {
  key: string
  mod: boolean
  alt: boolean
}

export type Reading = { kind: 'none' } | { kind: 'pending' } | { kind: 'shortcut'; keys: string }

/** After this long, a first key of a sequence is forgotten. */
export const SEQUENCE_MS = 1200

/** One step as shortcuts write it: "g", "?", "mod+k". */
export function stepOf({ key, mod }: Press): string {
  const plain = key.length === 1 ? key.toLowerCase() : key
  return mod ? `mod+${plain}` : plain
}

/** Reads key presses one at a time and tells when they make one of `shortcuts`, which may be sequences such as "g a". */
export function createKeyReader(shortcuts: () => readonly string[]) {
  let begun = ''
  let begunAt = -Infinity

  return {
    press(press: Press, now: number): Reading {
      if (press.alt) return { kind: 'none' }
      const step = stepOf(press)
      const all = shortcuts()
      const candidates = begun !== '' && now - begunAt <= SEQUENCE_MS ? [`${begun} ${step}`, step] : [step]
      begun = ''
      for (const keys of candidates) {
        if (all.includes(keys)) return { kind: 'shortcut', keys }
        if (!all.some((one) => one.startsWith(`${keys} `))) continue
        begun = keys
        begunAt = now
        return { kind: 'pending' }
      }
      return { kind: 'none' }
    },
    forget(): void {
      begun = ''
    },
  }
}
