import { AppError } from '../base/app-error.ts'
import { formatBytes } from '../contract/index.ts'

/** A stream of at most `maxBytes`; a longer one fails with TOO_LARGE as soon as that is known. */
export function limitBody(request: Request, maxBytes: number): ReadableStream<Uint8Array> | null {
  const tooLarge = () =>
    new AppError('TOO_LARGE', `the body is larger than ${formatBytes(maxBytes)}`, {
      details: { hint: `Send at most ${formatBytes(maxBytes)} at once.` },
    })
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge()
  let bytes = 0
  const count = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength
      if (bytes > maxBytes) controller.error(tooLarge())
      else controller.enqueue(chunk)
    },
  })
  return (request.body as ReadableStream<Uint8Array> | null)?.pipeThrough(count) ?? null
}

/** Text of a JSON body, "" when there is none. Refuses other types, other encodings, slow senders and anything but one JSON object. */
export async function readJsonObject(request: Request, { maxBytes, withinMs }: { maxBytes: number; withinMs: number }): Promise<string> {
  const body = limitBody(request, maxBytes)
  const text = body ? await decode(body, withinMs) : ''
  if (text === '') return text
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json')
    throw badBody(`the body is of type ${type ?? 'unknown'}`, 'Send JSON, with the header "Content-Type: application/json".')
  if (request.headers.has('content-encoding')) throw badBody('the body is compressed', 'Send it as it is, without Content-Encoding.')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw badBody(`the body is not JSON: ${(cause as SyntaxError).message.slice(0, 200)}`, 'Mend the JSON text.', cause)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badBody('the body is not a JSON object', 'Send an object: {"field": …}.')
  return text
}

async function decode(body: ReadableStream<Uint8Array>, withinMs: number): Promise<string> {
  const chunks: Uint8Array[] = []
  const reader = body.getReader()
  const late = badBody(`the body did not arrive within ${Math.ceil(withinMs / 1000)} s`, 'Send it whole and at once.')
  const deadline = AbortSignal.timeout(withinMs)
  const giveUp = () => void reader.cancel(late).catch(() => undefined)
  deadline.addEventListener('abort', giveUp)
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) chunks.push(part.value)
    if (deadline.aborted) throw late
  } catch (cause) {
    throw cause instanceof AppError ? cause : badBody('the body broke off', 'Send it again.', cause)
  } finally {
    deadline.removeEventListener('abort', giveUp)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch (cause) {
    throw badBody('the body is not UTF-8 text', 'Encode it as UTF-8.', cause)
  }
}

function badBody(message: string, hint: string, cause?: unknown): AppError {
  return new AppError('BAD_REQUEST', message, { cause, details: { hint, issues: [{ field: '(whole document)', message }] } })
}
