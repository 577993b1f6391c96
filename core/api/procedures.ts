import { getEventIteratorSchemaDetails, type AnySchema, type HTTPPath } from '@orpc/contract'
import { OpenAPIHandler } from '@orpc/openapi/fetch'
import { StandardOpenAPIMatcher } from '@orpc/openapi/standard'
import { AppError } from '../base/app-error.ts'
import type { Logger } from '../base/logger.ts'
import { os, type CallContext } from '../base/routing.ts'
import { API_PREFIX, type OperationMeta } from '../contract/index.ts'
import { authorise } from './guard.ts'
import { addRetryAfter, toAppError, toProblem } from './problem.ts'
import { isAsyncIterator, toOrpcError, translateErrors } from './streams.ts'

/** Handlers for every operation of the contract. */
export type ApiRouter = Parameters<typeof os.router>[0]

/** What a method and path stand for. */
export interface Operation {
  /** As in "apps.scale". */
  name: string
  meta: OperationMeta
  /** Its answer is a stream of server-sent events. */
  streams: boolean
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const KEEP_ALIVE_MS = 10_000

/** The operations of the contract over HTTP: finding the one that is meant, and calling it. */
export class Procedures {
  readonly #matcher = new StandardOpenAPIMatcher()
  readonly #handler: OpenAPIHandler<CallContext>

  constructor(parts: ApiRouter, logger: Logger) {
    const router = os.router(parts)
    this.#matcher.init(router)
    const translate = (thrown: unknown) => toOrpcError(toAppError(thrown, logger))
    this.#handler = new OpenAPIHandler(router, {
      customErrorResponseBodyEncoder: (error) => toProblem(toAppError(error, logger)),
      eventIteratorKeepAliveInterval: KEEP_ALIVE_MS,
      interceptors: [
        async (options) => {
          try {
            return await options.next()
          } catch (thrown) {
            if (options.request.signal?.aborted) throw toOrpcError(new AppError('BAD_REQUEST', 'the caller gave up'))
            const error = toAppError(thrown, logger)
            addRetryAfter(options.context.responseHeaders, error)
            throw toOrpcError(error)
          }
        },
      ],
      clientInterceptors: [
        async (options) => {
          // Checked before, too, so that a refused body is not read; but here is what no call can go around.
          authorise(options.procedure['~orpc'].meta as OperationMeta, options.context.principal)
          const output = await options.next()
          return isAsyncIterator(output) ? translateErrors(output, translate) : output
        },
      ],
    })
  }

  /** The operation, or the methods that the path has instead. */
  async find(method: string, pathname: string): Promise<Operation | { allowed: string[] }> {
    const path: HTTPPath = `/${pathname.slice(API_PREFIX.length).replace(/^\/|\/$/g, '')}`
    const match = await this.#matcher.match(method, path)
    if (match) {
      const { meta, outputSchema } = match.procedure['~orpc'] as { meta: OperationMeta; outputSchema: AnySchema | undefined }
      return { name: match.path.join('.'), meta, streams: getEventIteratorSchemaDetails(outputSchema) !== undefined }
    }
    const matches = await Promise.all(METHODS.map(async (other) => ((await this.#matcher.match(other, path)) ? [other] : [])))
    return { allowed: matches.flat() }
  }

  async call(request: Request, context: CallContext): Promise<Response> {
    const { response } = await this.#handler.handle(request, { prefix: API_PREFIX, context })
    if (!response) throw new AppError('NOT_FOUND', 'there is no such operation')
    if (response.status >= 400) response.headers.set('content-type', 'application/problem+json')
    for (const [name, value] of context.responseHeaders) response.headers.append(name, value)
    return response
  }
}
