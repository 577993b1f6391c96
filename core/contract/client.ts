import { createORPCClient, ORPCError } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import { OpenAPILink } from '@orpc/openapi-client/fetch'
import { API_PREFIX, contract, type Contract } from './index.ts'
import { Problem } from './problem.ts'

export type Client = ContractRouterClient<Contract>

export interface ClientOptions {
  /** Origin of the server, without a path. */
  url: string
  /** Sent as bearer token; left out, cookies are used. */
  token?: string
  fetch?: (request: Request, init?: RequestInit) => Promise<Response>
}

/** The link reads JSON from bodies of type application/json only; problem details are JSON, too. */
function withReadableProblems(send: NonNullable<ClientOptions['fetch']>): NonNullable<ClientOptions['fetch']> {
  return async (request, init) => {
    const response = await send(request, init)
    if (!response.headers.get('content-type')?.startsWith('application/problem+json')) return response
    const headers = new Headers(response.headers)
    headers.set('content-type', 'application/json')
    return new Response(response.body, { status: response.status, headers })
  }
}

/** The typed client of every front end. Errors it throws are `ORPCError` with a code of the contract. */
export function createClient(options: ClientOptions): Client {
  const link = new OpenAPILink(contract, {
    url: `${options.url.replace(/\/$/, '')}${API_PREFIX}`,
    headers: () => (options.token ? { authorization: `Bearer ${options.token}` } : {}),
    fetch: withReadableProblems(options.fetch ?? ((request, init) => fetch(request, init))),
    customErrorResponseBodyDecoder: (body, response) => {
      const problem = Problem.safeParse(body)
      if (!problem.success) return undefined
      const { code, detail, ...details } = problem.data
      return new ORPCError(code, { status: response.status, message: detail, data: details, defined: true })
    },
  })
  return createORPCClient(link)
}

export { ORPCError } from '@orpc/client'
