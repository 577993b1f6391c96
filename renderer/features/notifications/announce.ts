const NOTE_S = 0.16
const TONES_HZ = [660, 495]
const LOUDNESS = 0.12

/** Two short notes. Where a browser forbids sound it stays quiet. */
export function chime(): void {
  const audio = new AudioContext()
  TONES_HZ.forEach((frequency, index) => {
    const start = audio.currentTime + index * NOTE_S
    const volume = new GainNode(audio, { gain: 0 })
    volume.gain.setValueAtTime(LOUDNESS, start)
    volume.gain.exponentialRampToValueAtTime(0.001, start + NOTE_S)
    const note = new OscillatorNode(audio, { frequency })
    note.connect(volume).connect(audio.destination)
    note.start(start)
    note.stop(start + NOTE_S)
  })
  setTimeout(() => void audio.close(), 1000)
}

/** Asks the person for the permission, if that was never decided. */
export async function askToNotify(): Promise<boolean> {
  return 'Notification' in globalThis && (await Notification.requestPermission()) === 'granted'
}

/** The system's own notification, for a person who looks at another window. A newer one with the same tag takes its place. */
export function notifySystem({ title, body, tag, open }: { title: string; body: string; tag: string; open: () => void }): void {
  if (!('Notification' in globalThis) || Notification.permission !== 'granted' || document.hasFocus()) return
  const notification = new Notification(title, { body, tag, silent: true })
  notification.onclick = () => {
    globalThis.focus()
    notification.close()
    open()
  }
}
