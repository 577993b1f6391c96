import { snippetCompletion, type Completion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete'
import type { Text } from '@codemirror/state'
import { hoverTooltip, type EditorView } from '@codemirror/view'
import { isContainer, keysAt, kindOf, schemasAt, valuesAt, type JsonSchema, type KeyHint } from './schema-hints.ts'
import { positionAt, type SpecPosition } from './spec-position.ts'

export interface HintSource {
  schema: () => JsonSchema | null
  /** What a field is for, in the person's language; by its path without list positions. */
  explain: (field: string) => string | undefined
  /** Values that only this pool knows, such as names of secrets or of declared ports. */
  known: (path: readonly (string | number)[]) => readonly string[]
}

const fieldName = (path: readonly (string | number)[]) => path.filter((part) => typeof part === 'string').join('.')

function linesOf(text: Text): string[] {
  return text.toJSON()
}

function explanation(source: HintSource, path: readonly (string | number)[], schema: JsonSchema | undefined): string {
  return source.explain(fieldName(path)) ?? schema?.description ?? ''
}

/** What is written behind a key: the value, or the start of the map or list below it. */
function keyCompletion(source: HintSource, path: readonly (string | number)[], { name, schema, required }: KeyHint): Completion {
  const shape = isContainer(schema)
  const below = '  '
  const template = shape === 'map' ? `${name}:\n${below}#{}` : shape === 'list' ? `${name}:\n${below}- #{}` : `${name}: #{}`
  return snippetCompletion(template, {
    label: name,
    type: 'property',
    detail: kindOf(schema),
    info: explanation(source, [...path, name], schema),
    boost: required ? 2 : 0,
  })
}

function valueOptions(source: HintSource, schema: JsonSchema, path: readonly (string | number)[]): Completion[] {
  const named = valuesAt(schema, path).map((label) => ({ label, type: 'enum' }))
  const known = source.known(path).map((label) => ({ label, type: 'constant' }))
  const standard = schemasAt(schema, path)[0]?.default
  const fallback =
    typeof standard === 'string' || typeof standard === 'number' ? [{ label: String(standard), type: 'constant', detail: '·' }] : []
  const options = [...named, ...known]
  return options.length > 0 ? options : fallback.filter(({ label }) => label !== '')
}

function optionsAt(source: HintSource, schema: JsonSchema, position: SpecPosition): Completion[] {
  if (position.kind === 'value') return valueOptions(source, schema, position.path)
  const keys = keysAt(schema, position.path, position.siblings)
  if (keys.length > 0) return keys.map((key) => keyCompletion(source, position.path, key))
  return typeof position.path.at(-1) === 'number' ? valueOptions(source, schema, position.path) : knownKeys(source, position.path)
}

/** Names for free maps have no schema of their own. */
function knownKeys(source: HintSource, path: readonly (string | number)[]): Completion[] {
  return source.known([...path, '*']).map((label) => snippetCompletion(`${label}: #{}`, { label, type: 'property' }))
}

/** Completes keys and values of a specification from its schema. */
export function specCompletion(source: HintSource) {
  return (context: CompletionContext): CompletionResult | null => {
    const schema = source.schema()
    const line = context.state.doc.lineAt(context.pos)
    const position = positionAt(linesOf(context.state.doc), line.number - 1, context.pos - line.from)
    if (!schema || !position) return null
    if (!context.explicit && position.kind === 'key' && position.typed === '') return null
    const options = optionsAt(source, schema, position)
    return options.length === 0 ? null : { from: line.from + position.from, options, validFor: /^[\w.-]*$/ }
  }
}

function tooltipBody(name: string, kind: string, text: string): HTMLElement {
  const body = document.createElement('div')
  body.className = 'cm-field-help'
  const head = body.appendChild(document.createElement('b'))
  head.textContent = name
  if (kind) body.appendChild(document.createElement('span')).textContent = ` ${kind}`
  body.appendChild(document.createElement('p')).textContent = text
  return body
}

/** Says what the field under the pointer is for. */
export function specHover(source: HintSource) {
  return hoverTooltip((view: EditorView, at: number) => {
    const schema = source.schema()
    const line = view.state.doc.lineAt(at)
    const key = /^(\s*(?:-\s+)*)([A-Za-z][A-Za-z-]*):/.exec(line.text)
    if (!schema || !key) return null
    const lead = key[1]?.length ?? 0
    const name = key[2] ?? ''
    if (at < line.from + lead || at > line.from + lead + name.length) return null
    const position = positionAt(linesOf(view.state.doc), line.number - 1, lead)
    const path = [...(position?.path ?? []), name]
    const found = schemasAt(schema, path)[0]
    const text = explanation(source, path, found)
    if (!found || text === '') return null
    return {
      pos: line.from + lead,
      end: line.from + lead + name.length,
      above: true,
      create: () => ({ dom: tooltipBody(name, kindOf(found), text) }),
    }
  })
}
