import { describe, expect, it } from 'vitest'
import { EngineError } from '../engine.ts'
import { toEngineError } from './errors.ts'

const answer = (statusCode: number, text: string) =>
  Object.assign(new Error(`(HTTP code ${statusCode}) unexpected - ${text} `), { statusCode })
const network = (code: string, message: string) => Object.assign(new Error(message), { code })
const sort = (error: unknown, acting = true) => toEngineError(error, { where: 'here', acting })

describe('sorting what Docker says', () => {
  it.each([
    [answer(404, 'No such container: spacefort-x'), 'gone'],
    [answer(404, 'No such exec instance: 1'), 'gone'],
    [answer(404, 'No such image: nothing:7'), 'refused'],
    [answer(400, 'invalid mount config: bind source path does not exist: /x'), 'refused'],
    [answer(409, 'Container spacefort-x is not running'), 'refused'],
    [answer(500, 'OCI runtime create failed: exec: "x": executable file not found in $PATH'), 'refused'],
    [answer(500, 'Container 1 is not running'), 'refused'],
    [answer(500, 'no space left on device'), 'refused'],
    [answer(500, 'failed to create task: context deadline exceeded'), 'unreachable'],
    [answer(503, 'the engine is shutting down'), 'unreachable'],
    [network('ECONNREFUSED', 'connect ECONNREFUSED /var/run/docker.sock'), 'unreachable'],
    [network('ECONNRESET', 'socket hang up'), 'unreachable'],
    [network('CERT_HAS_EXPIRED', 'certificate has expired'), 'unreachable'],
    ['something odd', 'unreachable'],
  ])('%s is %s', (error, reason) => {
    const sorted = sort(error)
    expect(sorted).toBeInstanceOf(EngineError)
    expect(sorted.reason).toBe(reason)
    expect(sorted.cause).toBe(error)
  })

  it('takes an unexplained failure of a question for trouble of the engine, of a change for a refusal', () => {
    const error = answer(500, 'something broke')
    expect([sort(error, false).reason, sort(error, true).reason]).toEqual(['unreachable', 'refused'])
  })

  it.each([
    ['driver failed programming external connectivity on endpoint x (abc): Bind for 0.0.0.0:8080 failed: port is already allocated', 8080],
    [
      'driver failed programming external connectivity: Error starting userland proxy: listen tcp4 0.0.0.0:31000: bind: address already in use',
      31000,
    ],
    ['failed to bind host port for 0.0.0.0:443:172.17.0.2:80/tcp: address already in use', 443],
  ])('names the port that is taken: %s', (text, port) => {
    const error = sort(answer(500, text))
    expect(error.reason).toBe('refused')
    expect(error.message).toContain(`port ${port} of the host is taken`)
  })

  it('says a network error once, with its code', () => {
    expect(sort(network('EPIPE', 'write failed')).message).toBe('Docker at here does not answer: write failed (EPIPE)')
    expect(sort(network('ECONNREFUSED', 'connect ECONNREFUSED 10.0.0.1:2376')).message).toBe(
      'Docker at here does not answer: connect ECONNREFUSED 10.0.0.1:2376',
    )
  })
})
