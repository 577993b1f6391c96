import { computed, ref, type ComputedRef } from 'vue'

/** More is neither a key nor a certificate, and would only fill the page. */
export const MAX_PEM_BYTES = 64_000

export interface FileDrop {
  /** Files are being dragged over. */
  over: ComputedRef<boolean>
  /** Listeners for the element that takes the files. */
  listeners: Record<'dragenter' | 'dragover' | 'dragleave' | 'drop', (event: DragEvent) => void>
}

/** Lets an element take files that are dropped on it. With `only: 'one'` several at once are left to what surrounds it. */
export function useFileDrop(take: (files: File[]) => unknown, { only }: { only?: 'one' } = {}): FileDrop {
  // Moving over a child enters it before the parent is left.
  const depth = ref(0)
  function claim(event: DragEvent): boolean {
    const isFile = event.dataTransfer?.types.includes('Files') ?? false
    if (isFile) event.preventDefault()
    return isFile
  }
  return {
    over: computed(() => depth.value > 0),
    listeners: {
      dragenter(event) {
        if (claim(event)) depth.value++
      },
      dragover(event) {
        claim(event)
      },
      dragleave(event) {
        if (claim(event)) depth.value = Math.max(0, depth.value - 1)
      },
      drop(event) {
        if (!claim(event)) return
        depth.value = 0
        const files = [...(event.dataTransfer?.files ?? [])]
        if (only === 'one' && files.length !== 1) return
        event.stopPropagation()
        take(files)
      },
    },
  }
}

/** Which field of a TLS connection a PEM belongs to, by what is in it and then by how its file is called. Pure. */
export function pemRole(fileName: string, text: string): 'ca' | 'cert' | 'clientKey' {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) return 'clientKey'
  return /(^|[^a-z])ca([^a-z]|$)/i.test(fileName) ? 'ca' : 'cert'
}
