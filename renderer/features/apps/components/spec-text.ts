import { LineCounter, parseDocument, stringify, type Document } from 'yaml'
import { AppSpec, type InputIssue } from '../../../../core/contract/index.ts'

/** One thing wrong with the text, at the line it stands on as far as that is known. */
export interface SpecIssue extends InputIssue {
  line: number | undefined
}

export interface ReadSpec {
  spec: AppSpec | undefined
  issues: SpecIssue[]
  /** Line (from 1) at which a field of the specification stands, or the nearest one around it. */
  lineOf: (field: string) => number | undefined
}

function pathOf(field: string): (string | number)[] {
  return field
    .replace(/^spec\./, '')
    .split(/[.[\]]+/)
    .filter(Boolean)
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part))
}

export function fieldOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`),
    '',
  )
}

function lineFinder(document: Document, lines: LineCounter): ReadSpec['lineOf'] {
  return (field) => {
    const path = pathOf(field)
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length), true) as { range?: [number, number, number] | null } | undefined
      if (node?.range) return lines.linePos(node.range[0]).line
    }
    return undefined
  }
}

/** Reads a specification as people write it. YAML is a superset of JSON, so both will do. */
export function readSpec(text: string): ReadSpec {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: true })
  const lineOf = lineFinder(document, lines)
  if (document.errors.length > 0) {
    const issues = document.errors.map((error) => ({
      field: '',
      message: error.message.split(' at line')[0] ?? error.message,
      line: error.linePos?.[0].line,
    }))
    return { spec: undefined, issues, lineOf }
  }
  const parsed = AppSpec.safeParse(document.toJS({ maxAliasCount: 100 }))
  if (parsed.success) return { spec: parsed.data, issues: [], lineOf }
  const issues = parsed.error.issues.flatMap((issue) => {
    // A field too many is named by its parent; the person looks for the field itself.
    const fields = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => fieldOf([...issue.path, key])) : [fieldOf(issue.path)]
    return fields.map((field) => ({ field, message: issue.message, line: lineOf(field) }))
  })
  return { spec: undefined, issues, lineOf }
}

/** The specification without what is a default anyway, which is how a person would have written it. */
export function specText(spec: AppSpec): string {
  return stringify(withoutDefaults(spec), { lineWidth: 120 })
}

function withoutDefaults(spec: AppSpec): Record<string, unknown> {
  const whole = JSON.stringify(AppSpec.parse(spec))
  const means = (candidate: unknown): boolean => {
    const parsed = AppSpec.safeParse(candidate)
    return parsed.success && JSON.stringify(parsed.data) === whole
  }
  let kept: Record<string, unknown> = { ...spec }
  for (const key of Object.keys(spec)) {
    if (key === 'name' || key === 'instances') continue
    const { [key]: value, ...without } = kept
    if (means(without)) kept = without
    else if (typeof value === 'object' && value !== null && !Array.isArray(value))
      kept[key] = pruned(value as Record<string, unknown>, (part) => means({ ...kept, [key]: part }))
  }
  return kept
}

function pruned(part: Record<string, unknown>, means: (candidate: Record<string, unknown>) => boolean): Record<string, unknown> {
  let kept = part
  for (const key of Object.keys(part)) {
    const { [key]: _, ...without } = kept
    if (means(without)) kept = without
  }
  return kept
}

export const STARTER = `name: my-app
image: nginx:1.29
instances: 2
resources:
  cpu: 200m
  memory: 128Mi
ports:
  - name: http
    container: 80
healthChecks:
  - kind: http
    port: http
    path: /
`
