import { isCollection, isMap, isScalar, LineCounter, parseDocument, stringify, type Document, type ErrorCode } from 'yaml'
import { AppSpec, type InputIssue } from '../../../../core/contract/index.ts'

/** One thing wrong with the text, where it stands as far as that is known. */
export interface SpecIssue extends InputIssue {
  /** Counted from 1. */
  line: number | undefined
  /** Offsets in the text. */
  range: readonly [number, number] | undefined
}

export interface ReadSpec {
  spec: AppSpec | undefined
  /** What is written, defaults not filled in; undefined while the text is no YAML. */
  raw: unknown
  issues: SpecIssue[]
  /** The complaint with the place in the text of its field, or of the nearest field around it. */
  locate: (issue: InputIssue) => SpecIssue
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

type Ranged = { range?: [number, number, number] | null } | null | undefined

/** Where the value at `path` stands, or the key of the nearest map or list around it. */
function rangeAt(document: Document, path: readonly (string | number)[]): [number, number] | undefined {
  for (let length = path.length; length > 0; length--) {
    const around: unknown = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true)
    const pair = isMap(around) ? around.items.find(({ key }) => (isScalar(key) ? key.value : key) === path[length - 1]) : undefined
    const value = document.getIn(path.slice(0, length), true) as Ranged
    const named = length < path.length || isCollection(value) || value?.range?.[0] === value?.range?.[1]
    const range = ((named ? pair?.key : undefined) as Ranged)?.range ?? value?.range ?? (pair?.key as Ranged)?.range
    if (range) return [range[0], isCollection(value) && !pair ? range[0] : range[1]]
  }
  return undefined
}

function locator(document: Document, lines: LineCounter): ReadSpec['locate'] {
  return (issue) => {
    const field = issue.field.replace(/^spec\./, '')
    const range = rangeAt(document, pathOf(field))
    return { field, message: issue.message, range, line: range && lines.linePos(range[0]).line }
  }
}

/** What is wrong with the YAML itself, in words that say what to do. */
const SYNTAX: Partial<Record<ErrorCode, string>> = {
  MISSING_CHAR: 'something is missing here: a colon after a key, a closing quote or a closing bracket',
  BAD_INDENT: 'the indentation does not fit the lines around it',
  DUPLICATE_KEY: 'this key is there twice; keep one of the two',
  TAB_AS_INDENT: 'indent with spaces, not with tabs',
  UNEXPECTED_TOKEN: 'this does not belong here; text with special characters needs quotes',
}

/** Reads a specification as people write it. YAML is a superset of JSON, so both will do. */
export function readSpec(text: string): ReadSpec {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: true })
  const locate = locator(document, lines)
  if (document.errors.length > 0) {
    const issues = document.errors.map((error) => ({
      field: '',
      message: SYNTAX[error.code] ?? error.message.split(' at line')[0] ?? error.message,
      line: error.linePos?.[0].line,
      range: error.pos,
    }))
    return { spec: undefined, raw: undefined, issues, locate }
  }
  const raw: unknown = document.toJS({ maxAliasCount: 100 })
  const parsed = AppSpec.safeParse(raw)
  if (parsed.success) return { spec: parsed.data, raw, issues: [], locate }
  const issues = parsed.error.issues.flatMap((issue) => {
    // A field too many is named by its parent; the person looks for the field itself.
    const fields = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => fieldOf([...issue.path, key])) : [fieldOf(issue.path)]
    return fields.map((field) => locate({ field, message: issue.message }))
  })
  return { spec: undefined, raw, issues, locate }
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
