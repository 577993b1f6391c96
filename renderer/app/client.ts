import { createClient } from '../../core/contract/client.ts'

/** What describes the areas of the console is read where there is no page, too. */
const ORIGIN = 'location' in globalThis ? globalThis.location.origin : ''

const UNAUTHENTICATED = 401
const refused = new Set<() => void>()

/** Calls `listener` whenever the server says that nobody is signed in (any more). */
export function onUnauthenticated(listener: () => void): void {
  refused.add(listener)
}

async function send(request: Request, init?: RequestInit): Promise<Response> {
  const response = await globalThis.fetch(request, init)
  if (response.status === UNAUTHENTICATED) refused.forEach((listener) => listener())
  return response
}

type Watch = (stream: ReadableStream<Uint8Array>) => ReadableStream<Uint8Array>

/** Like `fetch`, with the bytes of an event stream led through `watch`, so that silence on the line can be noticed. */
export function watchedFetch(watch: Watch) {
  return async (request: Request, init?: RequestInit): Promise<Response> => {
    const response = await send(request, init)
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream')
    return isStream && response.body ? new Response(watch(response.body), response) : response
  }
}

/** The one client of all screens. It carries no token: the browser's session cookie, or the desktop window itself, is who asks. */
export const client = createClient({ url: ORIGIN, fetch: send })

/** A client whose event streams report every byte, keep-alives included. */
export function createWatchedClient(onBytes: () => void) {
  const watch: Watch = (stream) =>
    stream.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          onBytes()
          controller.enqueue(chunk)
        },
      }),
    )
  return createClient({ url: ORIGIN, fetch: watchedFetch(watch) })
}
