import type { Terminal } from '@xterm/xterm'

/** Keys that are the console's and not the program's: copy, paste, and the way out. */
export function terminalKeys(terminal: Terminal, leave: () => void): (event: KeyboardEvent) => boolean {
  return (event) => {
    if (event.type !== 'keydown') return true
    const key = event.key.toLowerCase()
    const control = event.ctrlKey && !event.altKey && !event.metaKey
    if (event.key === 'F6') {
      event.preventDefault()
      leave()
      return false
    }
    // With something selected Ctrl-C copies it; without, it interrupts the program.
    if (control && key === 'c' && (event.shiftKey || terminal.hasSelection())) {
      event.preventDefault()
      void copy(terminal.getSelection())
      terminal.clearSelection()
      return false
    }
    // The browser then pastes by itself, and the terminal takes it.
    return !(control && key === 'v')
  }
}

async function copy(text: string): Promise<void> {
  if (text === '') return
  // A page that did not come over a secure line has no clipboard of its own.
  await (navigator as { clipboard?: Clipboard }).clipboard?.writeText(text).catch(() => undefined)
}
