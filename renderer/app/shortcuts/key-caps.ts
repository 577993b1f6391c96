const isApple = () => /Mac|iPhone|iPad/.test(globalThis.navigator.userAgent)

const CAPS: Record<string, string> = { Enter: 'Enter', Escape: 'Esc', ArrowUp: '↑', ArrowDown: '↓' }

function cap(key: string, apple: boolean): string {
  if (key === 'mod') return apple ? '⌘' : 'Ctrl'
  return CAPS[key] ?? (key.length === 1 ? key.toUpperCase() : key)
}

/** The caps of each step of a shortcut: "g a" → [[G], [A]], "mod+k" → [[Ctrl, K]]. */
export function capsOf(keys: string, apple = isApple()): string[][] {
  return keys.split(' ').map((step) => (step === '+' ? ['+'] : step.split('+').map((key) => cap(key, apple))))
}
