import { describe, expect, it } from 'vitest'
import { AnswerReader, type Answer } from './answer-reader.ts'

/** Reads an answer that comes in pieces of this size. */
function read(text: string, size = text.length): Answer | undefined {
  const reader = new AnswerReader()
  const data = Buffer.from(text, 'latin1')
  for (let start = 0; start < data.length; start += size) {
    const answer = reader.read(data.subarray(start, start + size))
    if (answer) return answer
  }
  return reader.end()
}

const shown = (answer: Answer | undefined) => answer && [answer.status, answer.body.toString('latin1'), answer.reusable]

const ANSWERS: Record<string, [string, [number, string, boolean]]> = {
  'with its length': ['HTTP/1.1 200 OK\r\nServer: Docker\r\nContent-Length: 5\r\n\r\nhello', [200, 'hello', true]],
  'that is empty': ['HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n', [200, '', true]],
  'in chunks': [
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;x=1\r\n, \r\n world\r\n0\r\n\r\n',
    [200, 'hello, \r\n world', true],
  ],
  'in chunks with a trailer': ['HTTP/1.1 500 Oops\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nAge: 1\r\n\r\n', [500, 'x', true]],
  'without a body': ['HTTP/1.1 304 Not Modified\r\nEtag: "x"\r\n\r\n', [304, '', true]],
  'after a hint': ['HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK', [200, 'OK', true]],
  'that ends with the connection': ['HTTP/1.1 200 OK\r\nServer: x\r\n\r\nto the end', [200, 'to the end', false]],
  'that closes the connection': ['HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nOK', [200, 'OK', false]],
  'of an old server': ['HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nOK', [200, 'OK', false]],
  'with more than was asked for': ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOKmore', [200, 'OK', false]],
}

describe('an HTTP answer', () => {
  it.each(Object.entries(ANSWERS))('%s is read, however it is cut', (_name, [text, wanted]) => {
    expect(shown(read(text))).toEqual(wanted)
    // In small pieces what comes after the answer has not been seen yet when it is complete.
    if (!text.endsWith('more')) for (const size of [1, 2, 3, 7]) expect(shown(read(text, size))).toEqual(wanted)
  })

  it('is not complete when the connection ends before', () => {
    for (const text of [
      'HTTP/1.1 200 OK\r\nContent-Le',
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n',
    ])
      expect(read(text)).toBeUndefined()
  })

  it('that is none is refused', () => {
    expect(() => read('SSH-2.0-OpenSSH_9.2\r\n\r\n')).toThrow('not HTTP')
    expect(() => read('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhello\r\n')).toThrow('not HTTP')
    expect(() => read(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(70_000)}`)).toThrow('not HTTP')
    expect(() => read(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFF\r\n`)).toThrow('not HTTP')
  })
})
