import { Document, isCollection, isMap, isScalar, parseDocument, Scalar, stringify, type Pair, type YAMLMap } from 'yaml'

export type SpecPath = readonly (string | number)[]

/**
 * `text` with the value at `path` set, or taken away where `value` is undefined. Only what changes is written anew: every other
 * line, with its comments, its order and its style, stays as it was typed. Text that is no map comes back unchanged.
 */
export function editSpec(text: string, path: SpecPath, value: unknown): string {
  const document = parseDocument(text, { keepSourceTokens: true })
  const root = document.contents ?? new Document({}).contents
  if (document.errors.length > 0 || !isMap(root)) return text
  if (root.flow) return editedJson(document, path, value)
  const node: unknown = document.getIn(path, true)
  if (isScalar(node) && isPlain(value) && node.range) return spliced(text, node.range, scalarText(node, value))
  return editedBlock(text, { document, path, value })
}

/** `text` with the key at `path` called `name`; what stands behind it stays. */
export function renameKey(text: string, path: SpecPath, name: string): string {
  const document = parseDocument(text)
  const around: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  const pair = isMap(around) ? around.items.find(({ key }) => (isScalar(key) ? key.value : key) === path.at(-1)) : undefined
  const key = pair?.key
  return isScalar(key) && key.range ? spliced(text, key.range, scalarText(key, name)) : text
}

const isPlain = (value: unknown): value is string | number | boolean => ['string', 'number', 'boolean'].includes(typeof value)

function spliced(text: string, [from, to]: readonly number[], piece: string): string {
  const start = from ?? 0
  // An empty value stands directly after its colon.
  const gap = text[start - 1] === ':' ? ' ' : ''
  return text.slice(0, start) + gap + piece + text.slice(to)
}

/** The value in the quotes that the old one had; text over several lines in quotes, so that it fits into one. */
function scalarText(old: Scalar, value: string | number | boolean): string {
  const scalar = new Scalar(value)
  const quoted = old.type === Scalar.QUOTE_DOUBLE || old.type === Scalar.QUOTE_SINGLE ? old.type : undefined
  if (typeof value === 'string') {
    if (value.includes('\n')) scalar.type = Scalar.QUOTE_DOUBLE
    else if (quoted) scalar.type = quoted
  }
  return stringify(scalar, { lineWidth: 0 }).trimEnd()
}

function editedJson(document: Document, path: SpecPath, value: unknown): string {
  apply(document, path, value)
  return `${JSON.stringify(document.toJS(), null, 2)}\n`
}

function apply(document: Document, path: SpecPath, value: unknown): void {
  if (value !== undefined) {
    document.setIn(path, document.createNode(value))
    return
  }
  document.deleteIn(path)
  // A map or list that has become empty says nothing; the default says the same.
  const parent = path.slice(0, -1)
  const around: unknown = parent.length > 0 ? document.getIn(parent, true) : undefined
  if (isCollection(around) && around.items.length === 0) apply(document, parent, undefined)
}

type Change = { document: Document; path: SpecPath; value: unknown }

/** Writes the top-level entry that `path` leads into anew, and leaves the text around it alone. */
function editedBlock(text: string, { document, path, value }: Change): string {
  const key = path[0]
  const before = rangeOf(entryOf(document, key))
  const indentSeq = !/^- /m.test(text)
  apply(document, path, value)
  const entry = entryOf(document, key)
  const piece = entry === undefined ? '' : rendered(entry, indentSeq)
  if (before === undefined) return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${piece}`
  const tail = /\n*$/.exec(text.slice(...before))?.[0] ?? ''
  return text.slice(0, before[0]) + (piece === '' ? '' : piece.trimEnd() + (tail || '\n')) + text.slice(before[1])
}

function entryOf(document: Document, key: unknown): Pair | undefined {
  const root = document.contents as YAMLMap | null
  return root?.items.find((pair) => (isScalar(pair.key) ? pair.key.value : pair.key) === key)
}

function rangeOf(entry: Pair | undefined): [number, number] | undefined {
  const from = (entry?.key as Scalar | undefined)?.range?.[0]
  if (from === undefined) return undefined
  const to = (entry?.value as Scalar | null | undefined)?.range?.[2] ?? (entry?.key as Scalar).range?.[2]
  return to === undefined ? undefined : [from, to]
}

function rendered(entry: Pair, indentSeq: boolean): string {
  const alone = new Document({})
  // What stands above the key is not part of what is written anew.
  if (isScalar(entry.key)) Object.assign(entry.key, { commentBefore: undefined, spaceBefore: false })
  ;(alone.contents as unknown as YAMLMap).items = [entry]
  return alone.toString({ lineWidth: 0, indentSeq })
}
