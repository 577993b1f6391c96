import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { TEST_STEPS, type Connection, type TestCode, type TestResult, type TestStep } from '../contract/index.ts'
import { shellQuote, SshError, type SshLink } from '../hosts/index.ts'
import { openConnection, type ConnectOptions, type OpenedConnection } from './connect.ts'
import { explainEngine, explainRemoteSocket, explainSocket, explainSsh, explainTcp, explainTls, type Finding } from './connection-hints.ts'
import type { EngineInfo } from './engine.ts'

type Step = TestStep['step']
interface Seen {
  code: TestCode
  params?: TestStep['params']
  detail: string
}

const GIB = 2 ** 30

export interface TestOptions extends Omit<ConnectOptions, 'onHostKey'> {
  /** Told each step as soon as it is known, those that do not apply included. */
  onStep?: ((step: TestStep) => void) | undefined
}

/** Tries a connection step by step; the first failure ends it and says what to do. Leaves nothing behind on the host. */
export async function testConnection(connection: Connection, options: TestOptions): Promise<TestResult> {
  const test = new ConnectionTest(connection, options)
  await test.run()
  return test.result()
}

class ConnectionTest {
  readonly #connection: Connection
  readonly #options: TestOptions
  readonly #steps = new Map<Step, TestStep>()
  #hostKey: string | undefined
  #stepStarted = performance.now()

  constructor(connection: Connection, options: TestOptions) {
    this.#connection = connection
    this.#options = options
  }

  /** Every step in order; those that do not apply, or that a failure left untried, are skipped. */
  result(): TestResult {
    const steps = TEST_STEPS.map((step) => this.#steps.get(step) ?? skipped(step))
    const ok = steps.at(-1)?.status === 'passed'
    return { ok, steps, ...(this.#hostKey === undefined ? {} : { hostKey: this.#hostKey }) }
  }

  async run(): Promise<void> {
    if (!(await this.#reach())) return
    const opened = await this.#open()
    if (opened === undefined) return
    try {
      const info = await opened.engine.info()
      this.#signedIn()
      this.#pass('engine', {
        code: 'engine.answers',
        params: { version: info.version, os: info.os },
        detail: `${info.version} on ${info.os}`,
      })
      this.#pass('resources', { code: 'resources.read', params: { ...info.capacity }, detail: describeResources(info) })
    } catch (error) {
      const finding = await this.#explain(error, opened.link)
      if (finding.step !== 'authenticate' && !isSilence(error, this.#connection)) this.#signedIn()
      this.#fail(finding)
    } finally {
      await opened.engine.close().catch(() => undefined)
    }
  }

  /** Connects and hangs up again. SSH says by itself how far it came. */
  async #reach(): Promise<boolean> {
    const connection = this.#connection
    if (connection.kind !== 'docker-socket' && connection.kind !== 'docker-tls') return true
    const unix = connection.kind === 'docker-socket'
    const where = unix ? connection.path : `${connection.address}:${connection.port}`
    try {
      await touch(
        unix ? connect({ path: connection.path }) : connect({ host: connection.address, port: connection.port }),
        this.#options.timeoutMs,
      )
      this.#pass('reach', { code: 'reach.open', params: { where }, detail: `${where} accepts connections` })
      return true
    } catch (error) {
      const finding = unix ? explainSocket(error, where) : explainTcp(error, where)
      if (finding.step !== 'reach') this.#pass('reach', { code: 'reach.there', params: { where }, detail: `${where} is there` })
      this.#fail(finding)
      return false
    }
  }

  async #open(): Promise<OpenedConnection | undefined> {
    try {
      const { onStep: _, ...options } = this.#options
      const opened = await openConnection(this.#connection, { ...options, onHostKey: (hostKey) => this.#seeHostKey(hostKey) })
      if (opened.link !== null) this.#pass('authenticate', { code: 'authenticate.signed-in', detail: 'signed in' })
      return opened
    } catch (error) {
      if (!(error instanceof SshError)) throw error
      const finding = explainSsh(error)
      this.#hostKey = error.offeredHostKey ?? this.#hostKey
      if (finding.step !== 'reach') this.#answers()
      this.#fail(finding)
      return undefined
    }
  }

  #answers(): void {
    if (!this.#steps.has('reach')) this.#pass('reach', { code: 'reach.ssh', detail: 'an SSH server answers' })
  }

  /** Called once for every connection that is opened; a key that is not the trusted one is not told here. */
  #seeHostKey(hostKey: string): void {
    if (this.#steps.has('host-key')) return
    this.#hostKey = hostKey
    this.#answers()
    const given = 'ssh' in this.#connection ? this.#connection.ssh.hostKey : undefined
    const known = (this.#options.trustedHostKey ?? given) !== undefined
    this.#pass(
      'host-key',
      known
        ? { code: 'host-key.trusted', params: { hostKey }, detail: `${hostKey}, the trusted one` }
        : {
            code: 'host-key.first',
            params: { hostKey },
            detail: `${hostKey}, seen for the first time: it is pinned when the host is added`,
          },
    )
  }

  /** Whoever gets an answer from the engine was let in by the socket's permissions or by the certificates. */
  #signedIn(): void {
    if (this.#connection.kind === 'docker-socket')
      this.#pass('authenticate', { code: 'authenticate.socket', detail: 'the socket may be used' })
    if (this.#connection.kind === 'docker-tls')
      this.#pass('authenticate', { code: 'authenticate.certificates', detail: 'both certificates were accepted' })
  }

  async #explain(error: unknown, link: SshLink | null): Promise<Finding> {
    const connection = this.#connection
    if (connection.kind === 'docker-tls') return explainTls(error, `${connection.address}:${connection.port}`) ?? explainEngine(error)
    if (connection.kind === 'docker-ssh' && link !== null) {
      const answer = await diagnoseSocket(link, connection.path).catch(() => '')
      return explainRemoteSocket(answer, connection.path)
    }
    return explainEngine(error)
  }

  #pass(step: Step, { code, params = {}, detail }: Seen): void {
    this.#note({ step, status: 'passed', code, params, detail, durationMs: this.#lap() })
  }

  #fail(finding: Finding): void {
    this.#note({ ...finding, status: 'failed', durationMs: this.#lap() })
  }

  #note(step: TestStep): void {
    for (const before of TEST_STEPS.slice(0, TEST_STEPS.indexOf(step.step))) if (!this.#steps.has(before)) this.#tell(skipped(before))
    this.#tell(step)
  }

  #tell(step: TestStep): void {
    this.#steps.set(step.step, step)
    this.#options.onStep?.(step)
  }

  #lap(): number {
    const now = performance.now()
    const durationMs = Math.round(now - this.#stepStarted)
    this.#stepStarted = now
    return durationMs
  }
}

function skipped(step: Step): TestStep {
  return { step, status: 'skipped', code: 'step.skipped', params: {}, detail: '', durationMs: 0 }
}

function touch(socket: Socket, timeoutMs: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs)
  socket.once('connect', resolve).on('error', reject)
  return promise.finally(() => {
    clearTimeout(timer)
    socket.destroy()
  })
}

// An engine that hangs accepts the connection, and then nothing tells whether it would have accepted the certificates.
function isSilence(error: unknown, connection: Connection): boolean {
  return connection.kind === 'docker-tls' && error instanceof Error && error.message.includes('did not answer within')
}

async function diagnoseSocket(link: SshLink, path: string): Promise<string> {
  const name = shellQuote(path)
  const test = `if [ ! -S ${name} ]; then echo missing; elif [ ! -w ${name} ]; then echo denied; else echo silent; fi`
  const process = await link.run(test)
  process.stdin.end()
  process.stderr.resume()
  // The last line: the user's profile may have something to say before.
  return (await text(process.stdout)).trim().split('\n').at(-1) ?? ''
}

function describeResources({ capacity }: EngineInfo): string {
  const disk = capacity.diskBytes > 0 ? `${(capacity.diskBytes / GIB).toFixed(1)} GiB disk` : 'size of the disk unknown'
  return `${capacity.cpuMillis / 1000} CPU, ${(capacity.memoryBytes / GIB).toFixed(1)} GiB memory, ${disk}`
}
