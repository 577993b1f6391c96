type Preference = 'locale' | 'theme' | 'navigation'

/** What was remembered on this machine; `null` where nothing was, or where the browser keeps nothing. */
export function recall(preference: Preference): string | null {
  try {
    return globalThis.localStorage.getItem(`spacefort.${preference}`)
  } catch {
    return null
  }
}

export function remember(preference: Preference, value: string): void {
  try {
    globalThis.localStorage.setItem(`spacefort.${preference}`, value)
  } catch {
    // A browser that forbids storage only forgets the choice.
  }
}
