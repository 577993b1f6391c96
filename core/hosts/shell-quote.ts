/** One word of a POSIX shell command line that stands for exactly `text`. Throws for NUL, which no word can hold. */
export function shellQuote(text: string): string {
  if (text.includes('\0')) throw new TypeError('a NUL character cannot be passed to a process')
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
