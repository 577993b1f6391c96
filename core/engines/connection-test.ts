import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Connection, TestResult, TestStep } from '../contract/index.ts'
import { shellQuote, SshError, type SshLink } from '../hosts/index.ts'
import { openConnection, type ConnectOptions, type OpenedConnection } from './connect.ts'
import { explainEngine, explainRemoteSocket, explainSocket, explainSsh, explainTcp, explainTls, type Finding } from './connection-hints.ts'
import type { EngineInfo } from './engine.ts'

type Step = TestStep['step']

const ORDER: Step[] = ['reach', 'host-key', 'authenticate', 'engine', 'resources']
const GIB = 2 ** 30

/** Tries a connection step by step; the first failure ends it and says what to do. Leaves nothing behind on the host. */
export async function testConnection(connection: Connection, options: ConnectOptions): Promise<TestResult> {
  const test = new ConnectionTest(connection, options)
  await test.run()
  return test.result()
}

class ConnectionTest {
  readonly #connection: Connection
  readonly #options: ConnectOptions
  readonly #steps = new Map<Step, TestStep>()
  #hostKey: string | undefined
  #stepStarted = performance.now()

  constructor(connection: Connection, options: ConnectOptions) {
    this.#connection = connection
    this.#options = options
  }

  /** Every step in order; those that do not apply, or that a failure left untried, are skipped. */
  result(): TestResult {
    const steps = ORDER.map((step) => this.#steps.get(step) ?? { step, status: 'skipped' as const, detail: '', durationMs: 0 })
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
      this.#pass('engine', `${info.version} on ${info.os}`)
      this.#pass('resources', describeResources(info))
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
      this.#pass('reach', `${where} accepts connections`)
      return true
    } catch (error) {
      const finding = unix ? explainSocket(error, where) : explainTcp(error, where)
      if (finding.step !== 'reach') this.#pass('reach', `${where} is there`)
      this.#fail(finding)
      return false
    }
  }

  async #open(): Promise<OpenedConnection | undefined> {
    try {
      const opened = await openConnection(this.#connection, this.#options)
      if (opened.link !== null) {
        this.#pass('reach', 'an SSH server answers')
        this.#seeHostKey(opened.link.hostKey)
        this.#pass('authenticate', 'signed in')
      }
      return opened
    } catch (error) {
      if (!(error instanceof SshError)) throw error
      const finding = explainSsh(error)
      this.#hostKey = error.offeredHostKey
      if (finding.step !== 'reach') this.#pass('reach', 'an SSH server answers')
      if (finding.step === 'authenticate') this.#pass('host-key', 'accepted')
      this.#fail(finding)
      return undefined
    }
  }

  #seeHostKey(hostKey: string): void {
    this.#hostKey = hostKey
    const given = 'ssh' in this.#connection ? this.#connection.ssh.hostKey : undefined
    const known = (this.#options.trustedHostKey ?? given) !== undefined
    this.#pass(
      'host-key',
      known ? `${hostKey}, the trusted one` : `${hostKey}, seen for the first time: it is pinned when the host is added`,
    )
  }

  /** Whoever gets an answer from the engine was let in by the socket's permissions or by the certificates. */
  #signedIn(): void {
    if (this.#connection.kind === 'docker-socket') this.#pass('authenticate', 'the socket may be used')
    if (this.#connection.kind === 'docker-tls') this.#pass('authenticate', 'both certificates were accepted')
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

  #pass(step: Step, detail: string): void {
    this.#steps.set(step, { step, status: 'passed', detail, durationMs: this.#lap() })
  }

  #fail({ step, detail, hint }: Finding): void {
    this.#steps.set(step, { step, status: 'failed', detail, hint, durationMs: this.#lap() })
  }

  #lap(): number {
    const now = performance.now()
    const durationMs = Math.round(now - this.#stepStarted)
    this.#stepStarted = now
    return durationMs
  }
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
