/** What a person found when comparing keys by pasting what ssh-keygen printed. */
export type Verdict = 'nothing' | 'unreadable' | 'same' | 'old' | 'other'

/** Prints the fingerprint of every key the machine has, so that nobody needs to know which kind is used. */
export const SHOW_KEYS = 'for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf $key; done'

/** Compares the fingerprints in `text` with the key that is shown, and with the one that was known before. Pure. */
export function compareKeys(text: string, shown: string, known?: string): Verdict {
  if (text.trim() === '') return 'nothing'
  const found = new Set(text.match(/SHA256:[A-Za-z0-9+/]{43}/g) ?? [])
  if (found.size === 0) return 'unreadable'
  if (found.has(shown)) return 'same'
  return known !== undefined && found.has(known) ? 'old' : 'other'
}
