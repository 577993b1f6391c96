/** The part of JSON Schema that completion and help read. */
export interface JsonSchema {
  type?: string | string[]
  description?: string
  default?: unknown
  const?: unknown
  enum?: unknown[]
  properties?: Record<string, JsonSchema>
  additionalProperties?: JsonSchema | boolean
  required?: string[]
  items?: JsonSchema
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  minimum?: number
  maximum?: number
}

export interface KeyHint {
  name: string
  schema: JsonSchema
  required: boolean
}

const alternatives = (schema: JsonSchema): JsonSchema[] => schema.oneOf ?? schema.anyOf ?? [schema]

function step(schema: JsonSchema, part: string | number): JsonSchema[] {
  const inner =
    typeof part === 'number'
      ? schema.items
      : (schema.properties?.[part] ?? (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined))
  return inner ? [inner] : []
}

/** Every schema that a value at `path` may follow. */
export function schemasAt(root: JsonSchema, path: readonly (string | number)[]): JsonSchema[] {
  let found = [root]
  for (const part of path) found = found.flatMap(alternatives).flatMap((schema) => step(schema, part))
  return found
}

/** Keys that may still be written into the map at `path`; what is there already decides between kinds of maps. */
export function keysAt(root: JsonSchema, path: readonly (string | number)[], present: ReadonlyMap<string, string>): KeyHint[] {
  const fits = (schema: JsonSchema) =>
    Object.entries(schema.properties ?? {}).every(([key, inner]) => {
      const value = present.get(key)
      const allowed = inner.const === undefined ? inner.enum : [inner.const]
      return !value || allowed === undefined || allowed.includes(value)
    })
  const kinds = schemasAt(root, path).flatMap(alternatives).filter(fits)
  const hints = new Map<string, KeyHint>()
  for (const kind of kinds)
    for (const [name, schema] of Object.entries(kind.properties ?? {}))
      if (!present.has(name) && !hints.has(name)) hints.set(name, { name, schema, required: kind.required?.includes(name) ?? false })
  return [...hints.values()]
}

/** Values that the schema names for the place; none where anything goes. */
export function valuesAt(root: JsonSchema, path: readonly (string | number)[]): string[] {
  const values = schemasAt(root, path)
    .flatMap(alternatives)
    .flatMap((schema) => schema.enum ?? (schema.const === undefined ? (schema.type === 'boolean' ? [true, false] : []) : [schema.const]))
  return [...new Set(values.map(String))]
}

export const isContainer = (schema: JsonSchema): 'map' | 'list' | undefined =>
  schema.type === 'object' ? 'map' : schema.type === 'array' ? 'list' : undefined

/** What may be written, in a few words: "integer, 1 to 65535", "tcp or udp". */
export function kindOf(schema: JsonSchema): string {
  const kinds = alternatives(schema).map((one) => {
    const named = one.enum ?? (one.const === undefined ? undefined : [one.const])
    if (named) return named.map(String).join(' | ')
    const type = Array.isArray(one.type) ? one.type.join(' | ') : (one.type ?? '')
    return one.minimum !== undefined && one.maximum !== undefined ? `${type} ${one.minimum}–${one.maximum}` : type
  })
  return [...new Set(kinds.filter(Boolean))].join(' | ')
}
