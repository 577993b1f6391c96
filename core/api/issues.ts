import type { InputIssue } from '../contract/index.ts'

/** The part of a zod issue, or of any Standard Schema issue, that wording needs. */
export interface SchemaIssue {
  message: string
  path?: readonly (PropertyKey | { key: PropertyKey })[] | undefined
  code?: string
  keys?: readonly string[]
  errors?: readonly (readonly SchemaIssue[])[]
}

type Path = readonly (string | number)[]

const MAX_ISSUES = 50

/** Says of every wrong field where it is, what is wrong and what to write instead. */
export function wordIssues(issues: readonly SchemaIssue[]): InputIssue[] {
  return issues.flatMap((issue) => wordIssue(issue, [])).slice(0, MAX_ISSUES)
}

function wordIssue(issue: SchemaIssue, parent: Path): InputIssue[] {
  const path = [...parent, ...pathOf(issue)]
  if (issue.code === 'unrecognized_keys')
    return (issue.keys ?? []).map((key) => ({ field: fieldName([...path, key]), message: 'there is no such field; check the spelling' }))
  if (issue.code === 'invalid_union' && issue.errors && issue.errors.length > 0) return wordUnion(issue.errors, path)
  return [{ field: fieldName(path), message: wordMessage(issue.message) }]
}

/** Of a union, the alternative that the value was meant to be; when none stands out, all of them in one sentence. */
function wordUnion(alternatives: readonly (readonly SchemaIssue[])[], path: Path): InputIssue[] {
  const isOtherKind = (issues: readonly SchemaIssue[]) =>
    issues.some((issue) => pathOf(issue).length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value'))
  const meant = alternatives.find((issues) => !isOtherKind(issues))
  if (meant) return meant.flatMap((issue) => wordIssue(issue, path))
  const messages = new Set(alternatives.flat().flatMap((issue) => wordIssue(issue, path).map(({ message }) => message)))
  return [{ field: fieldName(path), message: [...messages].join('; or ') }]
}

function wordMessage(message: string): string {
  if (message.endsWith(', received undefined'))
    return `this field is missing: ${message.replace(/^Invalid input: /, '').replace(/, received undefined$/, '')}`
  const text = message.replace(/^Invalid (input|option): /, '')
  return text.charAt(0).toLowerCase() + text.slice(1)
}

function pathOf(issue: SchemaIssue): (string | number)[] {
  return (issue.path ?? []).map((part) => {
    const key = typeof part === 'object' ? part.key : part
    return typeof key === 'number' ? key : String(key)
  })
}

function fieldName(path: Path): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('')
  return text.replace(/^\./, '') || '(whole document)'
}
