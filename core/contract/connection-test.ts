import { z } from 'zod'

/**
 * What a step of a connection test can say. A screen has words of its own for each, in every language; `detail` and `hint` say the
 * same in English. The part before the dot is where it comes from.
 */
export const TEST_CODES = [
  'step.skipped',
  'step.unknown',
  'reach.open',
  'reach.there',
  'reach.ssh',
  'host-key.trusted',
  'host-key.first',
  'authenticate.signed-in',
  'authenticate.socket',
  'authenticate.certificates',
  'engine.answers',
  'resources.read',
  'ssh.silent',
  'ssh.refused',
  'ssh.no-address',
  'ssh.unreachable',
  'ssh.handshake',
  'ssh.broke',
  'ssh.protocol',
  'ssh.host-key',
  'ssh.sign-in',
  'ssh.private-key',
  'tls.pair',
  'tls.unreadable',
  'tls.other-name',
  'tls.expired',
  'tls.other-ca',
  'tls.refused',
  'tls.plain',
  'tls.closed',
  'tcp.refused',
  'tcp.no-address',
  'tcp.silent',
  'socket.denied',
  'socket.missing',
  'socket.silent',
  'remote-socket.missing',
  'remote-socket.denied',
  'remote-socket.silent',
  'remote-socket.unknown',
  'engine.failed',
] as const
export const TestCode = z.enum(TEST_CODES)
export type TestCode = z.output<typeof TestCode>

export const TEST_STEPS = ['reach', 'host-key', 'authenticate', 'engine', 'resources'] as const

/** One step of a connection test, in the order they are tried; the first failure ends the test. */
export const TestStep = z.object({
  step: z.enum(TEST_STEPS),
  status: z.enum(['passed', 'failed', 'skipped']),
  code: TestCode.describe('What was seen, for programs'),
  params: z.record(z.string(), z.union([z.string(), z.number()])).describe('What the code speaks of, such as an address'),
  detail: z.string().describe('What was seen, as in "Docker 20.10.24, API 1.41"'),
  hint: z.string().optional().describe('On failure: what to do'),
  durationMs: z.number(),
})
export type TestStep = z.output<typeof TestStep>

export const TestResult = z.object({
  ok: z.boolean(),
  steps: z.array(TestStep),
  hostKey: z.string().optional().describe('Fingerprint the SSH server showed'),
})
export type TestResult = z.output<typeof TestResult>

/** A connection test as it goes on: each step as soon as it is known, and the whole at the end. */
export const TestProgress = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('step'), step: TestStep }),
  z.object({ kind: z.literal('end'), result: TestResult }),
])
export type TestProgress = z.output<typeof TestProgress>
