import type { Store } from './store.ts'

const KEPT = 200
/** What is written past `write`, like the removal of what is long over, shows after this time. */
const LONGEST_MS = 1000

interface Kept {
  answer: Promise<unknown>
  version: number
  until: number
}

/**
 * Answers to questions that many ask at the same time, as consoles do that show the same list. Each is found once and given to all
 * until something is written. What is returned is shared: nobody may change it.
 */
export class KeptAnswers {
  readonly #store: Pick<Store, 'version'>
  readonly #kept = new Map<string, Kept>()

  constructor(store: Pick<Store, 'version'>) {
    this.#store = store
  }

  get<T>(question: string, find: () => Promise<T>): Promise<T> {
    const known = this.#kept.get(question)
    const now = performance.now()
    if (known?.version === this.#store.version && now < known.until) return known.answer as Promise<T>
    const answer = find()
    this.#kept.delete(question)
    if (this.#kept.size >= KEPT) this.#kept.delete(this.#kept.keys().next().value ?? '')
    this.#kept.set(question, { answer, version: this.#store.version, until: now + LONGEST_MS })
    // A failure is told to those who asked, and not kept.
    answer.catch(() => this.#kept.delete(question))
    return answer
  }
}
