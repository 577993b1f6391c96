import { Hono, type Context } from 'hono'
import type { Access } from '../access/index.ts'
import { AppError } from '../base/app-error.ts'
import { systemClock, type Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import { API_PREFIX } from '../contract/index.ts'
import type { Store, Vault } from '../store/index.ts'
import { Calls, methodNotAllowed, type CallOptions } from './calls.ts'
import { docsPage } from './docs-page.ts'
import type { ApiContext } from './guard.ts'
import { generateOpenApi } from './open-api.ts'
import { problemResponse, toAppError } from './problem.ts'
import type { ApiRouter } from './procedures.ts'
import type { RawRoute } from './raw-routes.ts'
import { addSecurityHeaders } from './security-headers.ts'
import { serveFile } from './static-files.ts'

export interface ApiConfig extends CallOptions {
  version: string
}

export interface ApiOptions {
  router: ApiRouter
  access: Access
  store: Store
  vault: Vault
  logger: Logger
  config: ApiConfig
  clock?: Clock
  rawRoutes?: readonly RawRoute[]
  /** The console's own metrics as Prometheus text. */
  metrics?: () => Promise<string>
  /** The built screens. */
  rendererDir?: string
  /** Files of Swagger UI, where it is not installed as a package. */
  docsDir?: string
}

export interface Api {
  /** Answers every request, the failed ones too; never rejects. */
  fetch: (request: Request, context: ApiContext) => Promise<Response>
}

type Hop = Context<{ Bindings: ApiContext }>

/** Everything that is reached over HTTP: operations, raw routes, API description, metrics and the screens. */
export function createApi(options: ApiOptions): Api {
  const { logger, config, clock = systemClock } = options
  const calls = new Calls({ ...options, clock })
  const app = new Hono<{ Bindings: ApiContext }>()
  const arrival = (hop: Hop) => ({ request: hop.req.raw, url: new URL(hop.req.url), context: hop.env })

  app.onError((error) => problemResponse(toAppError(error, logger)))
  mountRawRoutes(app, options.rawRoutes ?? [], (hop, route) => calls.raw(arrival(hop), route, hop.req.param()))
  app.all(`${API_PREFIX}/*`, (hop) => calls.operation(arrival(hop)))
  app.get('/healthz', (hop) => calls.open(arrival(hop), async () => Response.json({ status: 'ok', version: config.version })))
  app.get('/metrics', (hop) => calls.metrics(arrival(hop), options.metrics))
  mountDescription(app, options, calls)
  const rendererDir = options.rendererDir
  app.all('*', (hop) => calls.open(arrival(hop), () => screens(hop.req.raw, rendererDir)))

  return {
    async fetch(request, context) {
      const startedAt = clock.monotonic()
      let response: Response
      try {
        response = await app.fetch(request, context)
      } catch (thrown) {
        response = problemResponse(toAppError(thrown, logger))
      }
      addSecurityHeaders(response.headers, calls.isSecure(request.url))
      const durationMs = Math.round(clock.monotonic() - startedAt)
      logger[isRefusal(response) ? 'info' : 'debug'](
        { method: request.method, path: pathOf(request), status: response.status, durationMs, remote: context.remote },
        'request',
      )
      return response
    },
  }
}

/** Refused access is in the log of every console, so that probing shows. */
const isRefusal = ({ status }: Response) => status === 401 || status === 403

/** Without the query, and without the id of an exec session, which is as good as a key to it. */
function pathOf(request: Request): string {
  return (URL.parse(request.url)?.pathname ?? '').replace(/\/exec\/[^/]+/, '/exec/…').slice(0, 300)
}

function mountRawRoutes(
  app: Hono<{ Bindings: ApiContext }>,
  routes: readonly RawRoute[],
  answer: (hop: Hop, route: RawRoute) => Promise<Response>,
) {
  for (const [path, group] of Map.groupBy(routes, (route) => route.path)) {
    app.all(path.replaceAll(/\{(\w+)\}/g, ':$1'), async (hop) => {
      const route = group.find((candidate) => candidate.method === hop.req.raw.method)
      return route ? answer(hop, route) : methodNotAllowed(group.map(({ method }) => method))
    })
  }
}

function mountDescription(app: Hono<{ Bindings: ApiContext }>, options: ApiOptions, calls: Calls): void {
  const docs = docsPage(options.docsDir)
  let document: Promise<string> | undefined
  const openApi = () =>
    (document ??= generateOpenApi({ version: options.config.version, rawRoutes: options.rawRoutes ?? [] }).then((value) =>
      JSON.stringify(value),
    ))
  const arrival = (hop: Hop) => ({ request: hop.req.raw, url: new URL(hop.req.url), context: hop.env })
  const found = async (response: Promise<Response | null>) => {
    const answer = await response
    if (!answer) throw new AppError('NOT_FOUND', 'there is no such page')
    return answer
  }
  app.get('/openapi.json', (hop) =>
    calls.open(arrival(hop), async () => new Response(await openApi(), { headers: { 'content-type': 'application/json' } })),
  )
  app.get('/docs', (hop) => calls.open(arrival(hop), () => found(docs(hop.req.path))))
  app.get('/docs/*', (hop) => calls.open(arrival(hop), () => found(docs(hop.req.path))))
  app.get('/schemas/app.json', (hop) => {
    const { request, url, context } = arrival(hop)
    const target = new URL(`${API_PREFIX}/schemas/app`, url)
    return calls.operation({ request: new Request(target, request), url: target, context })
  })
}

async function screens(request: Request, rendererDir: string | undefined): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return methodNotAllowed(['GET', 'HEAD'])
  const { pathname } = new URL(request.url)
  if (rendererDir !== undefined) {
    const isPage = !/\.[A-Za-z0-9]+$/.test(pathname) && (request.headers.get('accept') ?? '*/*').includes('*/*')
    const response = (await serveFile(rendererDir, pathname)) ?? (isPage ? await serveFile(rendererDir, '/index.html') : null)
    if (response) return response
  }
  throw new AppError('NOT_FOUND', `there is nothing at ${pathname.slice(0, 200)}`)
}
