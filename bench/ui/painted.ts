/** A line of the page, what it said, and when that had been painted first. */
export interface Painted {
  key: string
  says: string
  at: number
}

/**
 * Runs in the page: notes what each line says, whenever that changes, as of the end of the frame that painted it. A line is a
 * host, an app or an event; a host says whether it is cordoned, an app how many instances are wanted.
 */
export function notePainted(): void {
  const painted: { key: string; says: string; at: number }[] = []
  Object.assign(globalThis, { painted })
  const said = new Map<string, string>()
  const lines = () => [
    ...[...document.querySelectorAll<HTMLElement>('main [data-seq]')].map((line) => ({ key: line.dataset['seq'] ?? '', says: '' })),
    ...[...document.querySelectorAll<HTMLElement>('main tbody tr')].flatMap((line) => {
      const link = line.querySelector<HTMLAnchorElement>('a[href^="#/hosts/"], a[href^="#/apps/"]')
      if (!link) return []
      const wanted = line.querySelector('.counts')?.textContent.split('/').at(-1)?.trim()
      return [{ key: link.textContent.trim(), says: wanted ?? (line.querySelector('[data-status=cordoned]') ? 'cordoned' : 'open') }]
    }),
  ]
  let waiting = false
  const look = () => {
    waiting = false
    const fresh = lines().filter(({ key, says }) => said.get(key) !== says)
    for (const { key, says } of fresh) said.set(key, says)
    if (fresh.length === 0) return
    // What is posted in a frame arrives after it was painted.
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      const at = Date.now()
      painted.push(...fresh.map((line) => ({ ...line, at })))
    }
    port2.postMessage(null)
  }
  new MutationObserver(() => {
    if (waiting) return
    waiting = true
    requestAnimationFrame(look)
  }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true })
  look()
}
