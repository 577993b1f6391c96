import { Role, Scope } from '../../core/contract/index.ts'
import type { JsonSchema } from './schema-values.ts'

interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required?: boolean
  schema?: JsonSchema
}

/** One operation as the running console's own OpenAPI document describes it. */
export interface DocumentedOperation {
  /** As in "PUT /api/v1/apps/{name}". */
  id: string
  method: string
  path: string
  parameters: readonly Parameter[]
  body: JsonSchema | null
  /** Takes and gives something else than JSON. */
  raw: boolean
  role: Role | null
  scope: Scope
  /** Answers a stream of events. */
  streams: boolean
  statuses: ReadonlySet<number>
}

interface DocumentOperation {
  description?: string
  parameters?: Parameter[]
  requestBody?: { content?: Record<string, { schema?: JsonSchema }> }
  responses?: Record<string, { content?: Record<string, unknown> }>
}

/** Every operation of an OpenAPI document, with the access that its description tells. */
export function readDocument(document: unknown): DocumentedOperation[] {
  const { paths } = document as { paths: Record<string, Record<string, DocumentOperation>> }
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => {
      const content = operation.requestBody?.content ?? {}
      const answers = Object.values(operation.responses ?? {}).flatMap((response) => Object.keys(response.content ?? {}))
      const needs = /Needs the role \*\*(\w+)\*\*.*scope \*\*(\w+)\*\*/s.exec(operation.description ?? '')
      return {
        id: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        parameters: operation.parameters ?? [],
        body: content['application/json']?.schema ?? null,
        raw: 'application/x-tar' in content || answers.includes('application/x-tar') || method === 'head',
        role: needs ? Role.parse(needs[1]) : null,
        scope: needs ? Scope.parse(needs[2]) : 'read',
        streams: answers.includes('text/event-stream'),
        statuses: new Set(Object.keys(operation.responses ?? {}).map(Number)),
      }
    }),
  )
}
