/** Says that the system started the program, and nobody asked for a window. */
export const HIDDEN = '--hidden'

/** An entry of the XDG autostart folder, with the quoting of the desktop entry specification. Pure. */
export function autostartEntry(command: readonly string[]): string {
  const quote = (word: string) =>
    `"${word
      .replace(/["`$\\]/g, '\\$&')
      .replaceAll('\\', '\\\\')
      .replaceAll('%', '%%')}"`
  const exec = [...command.map(quote), HIDDEN].join(' ')
  return `[Desktop Entry]\nType=Application\nName=Spacefort\nExec=${exec}\nX-GNOME-Autostart-enabled=true\n`
}
