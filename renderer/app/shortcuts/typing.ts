const TYPING = 'input, textarea, select, [contenteditable=""], [contenteditable="true"], [role="textbox"], [role="combobox"]'
/** A terminal sends all keys to the instance, those with Ctrl as well. */
const TERMINAL = '.xterm'

/** Whether keys pressed at `target` are a person's text. With `mod` only a terminal takes them. */
export function isTyping(target: EventTarget | null, mod: boolean): boolean {
  if (!(target instanceof Element)) return false
  return target.closest(mod ? TERMINAL : `${TYPING}, ${TERMINAL}`) !== null
}

/** Whether a dialog lies over the page: then the page's shortcuts rest. */
export function isDialogOpen(): boolean {
  return document.querySelector('[role="dialog"][aria-modal="true"], .n-modal, .n-drawer') !== null
}
