import type { Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { AppError } from '../base/app-error.ts'
import { formatBytes } from '../contract/index.ts'
import { problemResponse, toProblem } from './problem.ts'
import { addSecurityHeaders } from './security-headers.ts'

/** Longest address and headers of a request together. */
export const MAX_HEADER_BYTES = 16 * 1024

const PLACE = '(request)'

/** The answer to a request whose address, host or method makes no sense. */
export function senselessRequest(cause: unknown): Response {
  const message = cause instanceof Error && cause.message !== '' ? cause.message.slice(0, 200) : 'it cannot be read'
  const response = problemResponse(malformed(message, cause))
  addSecurityHeaders(response.headers, false)
  return response
}

/** Answers what is not even HTTP with a problem document like any other, and then hangs up. */
export function answerBrokenRequests(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const isGone = error.code === 'ECONNRESET' || !socket.writable
    if (isGone || ('bytesWritten' in socket && (socket as { bytesWritten: number }).bytesWritten > 0)) socket.destroy()
    else socket.end(rawAnswer(asAppError(error)))
  })
}

function asAppError(error: NodeJS.ErrnoException): AppError {
  const limit = formatBytes(MAX_HEADER_BYTES)
  if (error.code === 'HPE_HEADER_OVERFLOW')
    return new AppError('TOO_LARGE', `address and headers are longer than ${limit}`, {
      details: { hint: `Keep both together below ${limit}; long input goes into the body.` },
    })
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return malformed('the request did not arrive in time', error)
  return malformed(`this is not HTTP/1.1: ${(error.code ?? 'unreadable').replace(/^HPE_/, '').toLowerCase().replaceAll('_', ' ')}`, error)
}

function malformed(message: string, cause: unknown): AppError {
  return new AppError('BAD_REQUEST', message, {
    cause,
    details: { issues: [{ field: PLACE, message }], hint: 'Send a proper HTTP/1.1 request with one Host header.' },
  })
}

function rawAnswer(error: AppError): string {
  const body = JSON.stringify(toProblem(error))
  const headers = new Headers({
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  })
  addSecurityHeaders(headers, false)
  const lines = [...headers].map(([name, value]) => `${name}: ${value}`)
  const title = error.code === 'TOO_LARGE' ? 'Content Too Large' : 'Bad Request'
  return `HTTP/1.1 ${error.status} ${title}\r\n${lines.join('\r\n')}\r\n\r\n${body}`
}
