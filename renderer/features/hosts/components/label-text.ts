export function labelsToText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n')
}

/** Labels of "key=value" lines; a number is the line (from 1) that is none. */
export function textToLabels(text: string): Record<string, string> | number {
  const labels: Record<string, string> = {}
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    if (line === '') continue
    const at = line.indexOf('=')
    if (at < 1) return index + 1
    labels[line.slice(0, at).trim()] = line.slice(at + 1).trim()
  }
  return labels
}
