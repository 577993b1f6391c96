import { AppSpec, HOST_FIELDS } from '../../../../core/contract/index.ts'

export type Control = 'text' | 'number' | 'amount' | 'lines' | 'choice' | 'switch' | 'port-name' | 'host-fields'

export interface FieldShape {
  /** Below the section's own path. */
  key: string
  control: Control
  options?: readonly string[]
  max?: number
  step?: number
  wide?: boolean
  required?: boolean
}

export type Item = Record<string, unknown>

export type SectionShape =
  | { kind: 'fields'; path: readonly string[]; fields: readonly FieldShape[] }
  | { kind: 'list'; path: readonly string[]; fields: (item: Item) => readonly FieldShape[]; blank: (spec: unknown) => Item }
  | { kind: 'pairs'; path: readonly string[]; secrets?: boolean }

export interface GroupShape {
  id: 'what' | 'size' | 'ports' | 'health' | 'environment' | 'storage' | 'placement' | 'updates'
  sections: readonly SectionShape[]
}

const text = (key: string, more: Partial<FieldShape> = {}): FieldShape => ({ key, control: 'text', ...more })
const amount = (key: string): FieldShape => ({ key, control: 'amount' })
const number = (key: string, max: number, more: Partial<FieldShape> = {}): FieldShape => ({ key, control: 'number', max, ...more })

const CHECK_KINDS = ['http', 'tcp', 'command']
const timing = [text('interval'), text('timeout'), text('grace'), number('failures', 100)]

function checkFields(item: Item): FieldShape[] {
  const kind: FieldShape = { key: 'kind', control: 'choice', options: CHECK_KINDS }
  const port: FieldShape = { key: 'port', control: 'port-name', required: true }
  if (item['kind'] === 'command') return [kind, { key: 'command', control: 'lines', wide: true, required: true }, ...timing]
  return item['kind'] === 'tcp' ? [kind, port, ...timing] : [kind, port, text('path'), ...timing]
}

function constraintFields(item: Item): FieldShape[] {
  const fields: FieldShape[] = [
    text('field', { options: HOST_FIELDS, required: true }),
    { key: 'operator', control: 'choice', options: ['is', 'is-not', 'like', 'unlike', 'unique', 'max-per'] },
  ]
  if (item['operator'] === 'unique') return fields
  return [...fields, item['operator'] === 'max-per' ? number('value', 10_000, { required: true }) : text('value', { required: true })]
}

function firstPort(spec: unknown): string {
  const ports = (spec as { ports?: unknown } | undefined)?.ports
  const name: unknown = Array.isArray(ports) ? (ports[0] as Item | undefined)?.['name'] : undefined
  return typeof name === 'string' ? name : ''
}

/** Every field of a specification in the order in which a person decides on it. */
export const GROUPS: readonly GroupShape[] = [
  {
    id: 'what',
    sections: [
      {
        kind: 'fields',
        path: [],
        fields: [
          text('name', { required: true }),
          text('description'),
          text('image'),
          text('artifact'),
          { key: 'command', control: 'lines', wide: true },
        ],
      },
      { kind: 'pairs', path: ['labels'] },
    ],
  },
  {
    id: 'size',
    sections: [
      { kind: 'fields', path: [], fields: [number('instances', 10_000)] },
      { kind: 'fields', path: ['resources'], fields: [amount('cpu'), amount('memory'), amount('disk')] },
    ],
  },
  {
    id: 'ports',
    sections: [
      {
        kind: 'list',
        path: ['ports'],
        fields: () => [
          text('name', { required: true }),
          number('container', 65_535),
          amount('host'),
          { key: 'protocol', control: 'choice', options: ['tcp', 'udp'] },
        ],
        blank: (spec) => ({ name: firstPort(spec) === '' ? 'http' : '' }),
      },
    ],
  },
  {
    id: 'health',
    sections: [
      { kind: 'list', path: ['healthChecks'], fields: checkFields, blank: (spec) => ({ kind: 'http', port: firstPort(spec), path: '/' }) },
      { kind: 'fields', path: ['metrics'], fields: [{ key: 'port', control: 'port-name' }, text('path')] },
    ],
  },
  {
    id: 'environment',
    sections: [
      { kind: 'pairs', path: ['env'] },
      { kind: 'pairs', path: ['secrets'], secrets: true },
    ],
  },
  {
    id: 'storage',
    sections: [
      {
        kind: 'list',
        path: ['volumes'],
        fields: () => [text('source', { required: true }), text('target', { required: true }), { key: 'readOnly', control: 'switch' }],
        blank: () => ({ source: '', target: '' }),
      },
    ],
  },
  {
    id: 'placement',
    sections: [
      { kind: 'fields', path: [], fields: [{ key: 'spread', control: 'host-fields', wide: true }] },
      { kind: 'list', path: ['constraints'], fields: constraintFields, blank: () => ({ field: 'host', operator: 'max-per', value: 1 }) },
    ],
  },
  {
    id: 'updates',
    sections: [
      { kind: 'fields', path: ['update'], fields: [number('minHealthy', 1, { step: 0.05 }), number('maxOver', 1, { step: 0.05 })] },
      { kind: 'fields', path: ['stop'], fields: [text('signal'), text('grace')] },
      { kind: 'fields', path: ['backoff'], fields: [text('initial'), number('factor', 10, { step: 0.05 }), text('max')] },
      { kind: 'fields', path: ['unreachable'], fields: [text('replaceAfter')] },
    ],
  },
]

/** Belongs to the group: its own fields and everything below them. */
export function inGroup(group: GroupShape, field: string): boolean {
  const root = field.split(/[.[]/)[0] ?? ''
  return group.sections.some((section) =>
    section.path[0] === undefined ? section.kind === 'fields' && section.fields.some(({ key }) => key === root) : section.path[0] === root,
  )
}

const DEFAULTS: Record<string, unknown> = AppSpec.parse({
  name: 'app',
  image: 'app',
  ports: [{ name: 'http' }],
  healthChecks: [{ kind: 'http', port: 'http' }],
  metrics: { port: 'http' },
})
const WITHOUT_DEFAULT = new Set(['name', 'image', 'ports.name', 'healthChecks.port', 'metrics.port'])

/** What is taken when the field is left out, for its place in the form; empty where nothing is. */
export function defaultOf(field: string): string {
  if (WITHOUT_DEFAULT.has(field)) return ''
  let found: unknown = DEFAULTS
  for (const part of field.split('.')) {
    if (Array.isArray(found)) found = found[0]
    found = (found as Record<string, unknown> | undefined)?.[part]
  }
  return Array.isArray(found) ? found.join(', ') : typeof found === 'string' || typeof found === 'number' ? String(found) : ''
}

/** A check or rule of another kind keeps what the new kind has, too. */
export function withKind(section: SectionShape, item: Item, change: Item): Item {
  if (section.kind !== 'list') return { ...item, ...change }
  const next: Item = { ...item, ...change }
  const kept = new Set(section.fields(next).map(({ key }) => key))
  const value = next['operator'] === 'max-per' && typeof next['value'] !== 'number' ? 1 : next['value']
  const typed = next['operator'] !== 'max-per' && typeof value === 'number' ? String(value) : value
  return Object.fromEntries(
    Object.entries({ ...next, ...('value' in next || next['operator'] === 'max-per' ? { value: typed } : {}) }).filter(([key]) =>
      kept.has(key),
    ),
  )
}
