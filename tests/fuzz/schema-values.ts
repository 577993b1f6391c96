import fc from 'fast-check'

/** The part of JSON Schema that the OpenAPI document uses. */
export interface JsonSchema {
  type?: string
  const?: unknown
  enum?: unknown[]
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  properties?: Record<string, JsonSchema>
  required?: string[]
  additionalProperties?: boolean | JsonSchema
  propertyNames?: JsonSchema
  items?: JsonSchema
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
}

/** Values that know more of a field than its schema says, such as the names of what exists. */
export type FieldValues = (key: string, schema: JsonSchema) => fc.Arbitrary<unknown> | undefined

const MAX_TEXT = 30
const MAX_ITEMS = 4

/** Values that fit a schema; `known` may narrow a field further. */
export function valuesOf(schema: JsonSchema, known: FieldValues, key = ''): fc.Arbitrary<unknown> {
  const special = key === '' ? undefined : known(key, schema)
  if (special) return special
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const alternatives = schema.anyOf ?? schema.oneOf
  if (alternatives) return fc.oneof(...alternatives.map((one) => valuesOf(one, known, key)))
  switch (schema.type) {
    case 'object':
      return objectsOf(schema, known)
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}, known), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? MAX_ITEMS, MAX_ITEMS),
      })
    case 'string':
      return textsOf(schema)
    case 'integer':
      return fc.oneof(
        fc.integer(rangeOf(schema, 100)),
        fc.maxSafeInteger().map((value) => clamp(value, schema)),
      )
    case 'number':
      return fc.double({ ...rangeOf(schema, 100), noNaN: true })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return fc.jsonValue({ maxDepth: 2 })
  }
}

function objectsOf(schema: JsonSchema, known: FieldValues): fc.Arbitrary<unknown> {
  const fields = Object.entries(schema.properties ?? {}).map(([key, value]) => [key, valuesOf(value, known, key)] as const)
  const requiredKeys = schema.required ?? []
  const fixed = fc.record(Object.fromEntries(fields), { requiredKeys, noNullPrototype: true })
  if (typeof schema.additionalProperties !== 'object') return fixed
  const keys = schema.propertyNames ? textsOf(schema.propertyNames) : fc.string({ minLength: 1, maxLength: MAX_TEXT })
  const free = fc.dictionary(keys, valuesOf(schema.additionalProperties, known), { maxKeys: MAX_ITEMS, noNullPrototype: true })
  return fc.tuple(free, fixed).map(([one, other]) => Object.assign(one, other))
}

function textsOf({ pattern, minLength = 0, maxLength = MAX_TEXT }: JsonSchema): fc.Arbitrary<string> {
  const fits = (text: string) => text.length >= minLength && text.length <= maxLength
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern)).map((text) => (fits(text) ? text : text.slice(0, maxLength)))
  return fc.string({ unit: 'grapheme', minLength, maxLength: Math.max(minLength, Math.min(maxLength, MAX_TEXT)) })
}

function rangeOf({ minimum, maximum }: JsonSchema, width: number): { min: number; max: number } {
  const min = minimum ?? (maximum === undefined ? -width : maximum - width)
  return { min, max: Math.min(maximum ?? min + width, min + width) }
}

function clamp(value: number, { minimum = -Number.MAX_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER }: JsonSchema): number {
  return Math.min(Math.max(value, minimum), maximum)
}
