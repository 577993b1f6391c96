import { OpenAPIGenerator, type OpenAPI } from '@orpc/openapi'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import { z } from 'zod'
import { API_PREFIX, contract, type OperationMeta } from '../contract/index.ts'
import { Problem } from '../contract/problem.ts'
import { operationsOf } from './operations.ts'
import type { RawRoute } from './raw-routes.ts'

type Responses = NonNullable<OpenAPI.OperationObject['responses']>
type Method = 'get' | 'put' | 'post' | 'patch' | 'delete' | 'head'

const PROBLEM = {
  description: 'What is wrong and what to do (RFC 9457)',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}
const IDEMPOTENCY_KEY: OpenAPI.ParameterObject = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'Makes repeating harmless: the same key with the same request gets the first answer again, for 24 hours',
  schema: { type: 'string', maxLength: 255 },
}
const LAST_EVENT_ID: OpenAPI.ParameterObject = {
  name: 'Last-Event-ID',
  in: 'header',
  description: 'Resume after the event with this id',
  schema: { type: 'string' },
}

const INTRODUCTION = `Everything the console can do. Sign in with a token (\`Authorization: Bearer …\`) or with the session cookie of the
console. Errors are problem details (RFC 9457) with a \`code\`; wrong input lists every field under \`issues\`.`

/** The OpenAPI 3.1 document of every operation and every raw route. */
export async function generateOpenApi(options: { version: string; rawRoutes: readonly RawRoute[] }): Promise<OpenAPI.Document> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] })
  const document = await generator.generate(contract, {
    info: { title: 'Spacefort', version: options.version, description: INTRODUCTION },
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'A token made with "spacefort token create"' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'spacefort',
          description: 'Set by signing in. "spacefort-<port>" where the console has a port, with "__Host-" in front under TLS',
        },
      },
      schemas: { Problem: z.toJSONSchema(Problem) as OpenAPI.SchemaObject },
    },
  })
  const paths: NonNullable<OpenAPI.Document['paths']> = {}
  for (const [path, item] of Object.entries(document.paths ?? {})) paths[`${API_PREFIX}${path}`] = item
  for (const { method, path, meta } of operationsOf(contract)) {
    const key = method.toLowerCase() as Method
    const operation = paths[`${API_PREFIX}${path}`]?.[key]
    if (operation) complete(operation, key, meta)
  }
  for (const route of options.rawRoutes) addRaw(paths, route)
  return { ...document, paths, tags: tagsOf(paths), servers: [{ url: '/' }] }
}

function complete(operation: OpenAPI.OperationObject, method: Method, meta: OperationMeta): void {
  operation.description = accessText(meta)
  operation.security = meta.role === null ? [] : [{ token: [] }, { session: [] }]
  const success = Object.entries(operation.responses ?? {}).filter(([status]) => Number(status) < 400)
  const failures = Object.keys(operation.responses ?? {}).filter((status) => Number(status) >= 400)
  operation.responses = Object.fromEntries([...success, ...failures.map((status) => [status, PROBLEM])]) as Responses
  operation.responses.default = PROBLEM
  const streams = success.some(
    ([, response]) => 'content' in (response as object) && JSON.stringify(response).includes('text/event-stream'),
  )
  const extra = method === 'get' ? (streams ? [LAST_EVENT_ID] : []) : meta.role === null ? [] : [IDEMPOTENCY_KEY]
  if (extra.length > 0) operation.parameters = [...(operation.parameters ?? []), ...extra]
}

function accessText({ role, scope }: OperationMeta): string {
  return role === null ? 'Needs no sign-in.' : `Needs the role **${role}** (or a higher one) and, with a token, the scope **${scope}**.`
}

function addRaw(paths: NonNullable<OpenAPI.Document['paths']>, route: RawRoute): void {
  const content = { [route.contentType]: {} }
  const parameters = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const operation = {
    summary: route.summary,
    tags: [route.tag],
    operationId: `${route.method.toLowerCase()}${route.path.replace(/[^A-Za-z]+(.)?/g, (_, next?: string) => next?.toUpperCase() ?? '')}`,
    parameters,
    ...(route.maxBodyBytes > 0 ? { requestBody: { required: true, content } } : {}),
    responses: { 200: { description: 'OK', ...(route.method === 'GET' ? { content } : {}) }, default: PROBLEM },
  } as OpenAPI.OperationObject
  operation.description = accessText(route.meta)
  operation.security = [{ token: [] }, { session: [] }]
  paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation }
}

function tagsOf(paths: NonNullable<OpenAPI.Document['paths']>): { name: string }[] {
  const operations = Object.values(paths).flatMap((item) => Object.values(item ?? {}) as unknown[])
  const names = operations.flatMap((operation) => (operation as OpenAPI.OperationObject).tags ?? [])
  return [...new Set(names)].map((name) => ({ name }))
}
