import { sendBytes } from './send.ts'

const WAIT_MS = 3000
const END = 'Host: localhost\r\nConnection: close\r\n\r\n'

/** Bytes that are hardly HTTP, and what the beginning of a proper answer to them is. */
const CASES: Record<string, [string | Buffer, RegExp]> = {
  'no HTTP': ['hello\r\n\r\n', /^HTTP\/1\.1 400/],
  'TLS hello': [Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03]), /^HTTP\/1\.1 400/],
  'no Host': ['GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 400/],
  'two Hosts': [`GET /healthz HTTP/1.1\r\nHost: evil.example\r\n${END}`, /^HTTP\/1\.1 4/],
  'another site in the address': [
    'GET http://evil.example/healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
    /^HTTP\/1\.1 40/,
  ],
  'other Host than address': [`GET http://evil.example/healthz HTTP/1.1\r\n${END}`, /^HTTP\/1\.1 4/],
  'the scheme of the desktop': [`GET app://console/api/v1/session HTTP/1.1\r\n${END}`, /^HTTP\/1\.1 4/],
  'long address': [`GET /${'a'.repeat(70_000)} HTTP/1.1\r\n${END}`, /^HTTP\/1\.1 413/],
  'long header': [`GET /healthz HTTP/1.1\r\nX: ${'a'.repeat(70_000)}\r\n${END}`, /^HTTP\/1\.1 413/],
  'many headers': [`GET /healthz HTTP/1.1\r\n${'X: y\r\n'.repeat(9000)}${END}`, /^HTTP\/1\.1 413/],
  'length and chunks': [
    `POST /api/v1/session HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n${END}0\r\n\r\n`,
    /^HTTP\/1\.1 400/,
  ],
  'two lengths': [`POST /api/v1/session HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n${END}{}`, /^HTTP\/1\.1 400/],
  'negative length': [`POST /api/v1/session HTTP/1.1\r\nContent-Length: -1\r\n${END}`, /^HTTP\/1\.1 400/],
  'broken chunk': [`POST /api/v1/session HTTP/1.1\r\nTransfer-Encoding: chunked\r\n${END}zz\r\n{}\r\n0\r\n\r\n`, /^HTTP\/1\.1 400/],
  'obsolete folding': [`GET /healthz HTTP/1.1\r\nX: a\r\n b\r\n${END}`, /^HTTP\/1\.1 [24]/],
  'NUL in a header': [`GET /healthz HTTP/1.1\r\nX: a\0b\r\n${END}`, /^HTTP\/1\.1 400/],
  'space in the address': [`GET /health z HTTP/1.1\r\n${END}`, /^HTTP\/1\.1 400/],
  'unknown method': [`BREW /healthz HTTP/1.1\r\n${END}`, /^HTTP\/1\.1 4/],
  TRACE: [`TRACE /healthz HTTP/1.1\r\n${END}`, /^HTTP\/1\.1 4/],
  CONNECT: [`CONNECT evil.example:443 HTTP/1.1\r\n${END}`, /^(HTTP\/1\.1 4|$)/],
  'a WebSocket': [
    `GET /api/v1/events/stream HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\n\r\n`,
    /^HTTP\/1\.1 401/,
  ],
  'an old version': [`GET /healthz HTTP/0.9\r\n${END}`, /^HTTP\/1\.1 [24]/],
  'a bare line end': [`GET /healthz HTTP/1.1\nHost: localhost\nConnection: close\n\n`, /^HTTP\/1\.1 [24]/],
}

/** Sends what no proper client sends; gives the rule and what came back for each wrong answer. */
export async function sendProtocolErrors(port: number): Promise<[string, string][]> {
  const wrong: [string, string][] = []
  for (const [name, [bytes, expected]] of Object.entries(CASES)) {
    const answer = await sendBytes(port, bytes, WAIT_MS)
    if (!expected.test(answer)) wrong.push(['protocol', `${name}: ${JSON.stringify(answer.slice(0, 200))}`])
    else if (/^HTTP\/1\.1 4/.test(answer) && !answer.includes('application/problem+json'))
      wrong.push(['protocol', `${name}: no problem document`])
  }
  return wrong
}
