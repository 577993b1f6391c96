export function labelsToText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n')
}

const KEY = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$/

/** Labels of "key=value" lines; a number is the line (from 1) that is none. */
export function textToLabels(text: string): Record<string, string> | number {
  const labels: Record<string, string> = {}
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    if (line === '') continue
    const at = line.indexOf('=')
    const key = line.slice(0, Math.max(0, at)).trim()
    if (!KEY.test(key)) return index + 1
    labels[key] = line.slice(at + 1).trim()
  }
  return labels
}

/** Keys, one a line; a number is the line (from 1) that is none. */
export function textToKeys(text: string): string[] | number {
  const lines = text.split('\n').map((line) => line.trim())
  const bad = lines.findIndex((line) => line !== '' && !KEY.test(line))
  return bad === -1 ? [...new Set(lines.filter(Boolean))] : bad + 1
}
