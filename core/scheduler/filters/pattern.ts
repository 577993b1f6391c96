import { RE2JS } from 're2js'

/** Why a "like" or "unlike" pattern cannot be used; null when it can. */
export function patternError(pattern: string): string | null {
  const compiled = compilePattern(pattern)
  return typeof compiled === 'string' ? compiled : null
}

/**
 * A test whether a whole value matches, or the reason why the pattern is none. RE2 takes time linear in the value, so a
 * pattern from outside cannot stall the console.
 */
export function compilePattern(pattern: string): ((value: string) => boolean) | string {
  try {
    const regex = RE2JS.compile(pattern)
    return (value) => regex.matches(value)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
