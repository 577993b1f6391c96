const IDEOGRAPH = /[\u3400-\u9fff]/

/** Whether what was typed can be the beginning of `verb`; two letters are enough, of ideographs one. */
function begins(typed: string, verb: string): boolean {
  return (typed.length > 1 || IDEOGRAPH.test(typed)) && verb.toLowerCase().startsWith(typed.toLowerCase())
}

export interface VerbPhrase {
  /** Position in `verbs` of those that may be meant. */
  verbs: number[]
  /** What is left: the name, or a part of it. */
  name: string
}

/**
 * Understands "scale shop", "shop sca" and "扩缩容shop" as a verb and a name; null when no word is the beginning of a verb.
 * Pure.
 */
export function splitVerb(text: string, verbs: readonly string[]): VerbPhrase | null {
  const words = text.trim().split(/\s+/).filter(Boolean)
  const matching = (typed: string) => verbs.flatMap((verb, index) => (begins(typed, verb) ? [index] : []))
  for (const [verb, rest] of [
    [words[0], words.slice(1)],
    [words.at(-1), words.slice(0, -1)],
  ] as const) {
    const found = verb === undefined ? [] : matching(verb)
    if (found.length > 0) return { verbs: found, name: rest.join(' ') }
  }
  const joined = verbs.flatMap((verb, index) => (IDEOGRAPH.test(verb) && text.trim().startsWith(verb) ? [{ verb, index }] : []))
  const longest = joined.toSorted((one, other) => other.verb.length - one.verb.length)[0]
  return longest ? { verbs: [longest.index], name: text.trim().slice(longest.verb.length).trim() } : null
}
