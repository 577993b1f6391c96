import { AppSpec } from '../contract/index.ts'

/** So many specifications are kept; a pool has one for each app, and old revisions are read seldom. */
const KEPT = 10_000

const known = new Map<string, AppSpec>()

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(freeze)
    Object.freeze(value)
  }
  return value
}

/**
 * A specification as it is stored. A revision is never changed once written, and checking one costs more than reading it, so the
 * same text is checked once; what is returned is shared and cannot be changed.
 */
export function storedSpec(json: string): AppSpec {
  const found = known.get(json)
  if (found) return found
  const spec = freeze(AppSpec.parse(JSON.parse(json)))
  if (known.size >= KEPT) known.delete(known.keys().next().value ?? '')
  known.set(json, spec)
  return spec
}
