import { ORPCError } from '@orpc/server'
import type { AppError } from '../base/app-error.ts'

/** An error of the contract, as oRPC carries it to the caller. */
export function toOrpcError(error: AppError): ORPCError<string, unknown> {
  return new ORPCError(error.code, { status: error.status, message: error.message, data: error.details, cause: error })
}

export function isAsyncIterator(value: unknown): value is AsyncIterator<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'next' in value
}

/** The same stream; an error in it is turned by `translate` before anyone sees it. */
export function translateErrors(stream: AsyncIterator<unknown>, translate: (thrown: unknown) => Error): AsyncIterableIterator<unknown> {
  const translated = {
    async next() {
      try {
        return await stream.next()
      } catch (thrown) {
        throw translate(thrown)
      }
    },
    async return(value?: unknown) {
      return (await stream.return?.(value)) ?? { done: true as const, value }
    },
    [Symbol.asyncIterator]: () => translated,
  }
  return translated
}

/**
 * The same answer; `onEnd` is called once, when its body was read to the end or nobody wants it any more. A generator that waits
 * for something does not notice the latter by itself, so the caller aborts it then.
 */
export function watchBody(response: Response, onEnd: () => void): Response {
  if (!response.body) {
    onEnd()
    return response
  }
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const watched = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (!done) {
          controller.enqueue(value)
          return
        }
        controller.close()
      } catch (error) {
        controller.error(error)
      }
      onEnd()
    },
    async cancel(reason) {
      onEnd()
      await reader.cancel(reason)
    },
  })
  return new Response(watched, response)
}
