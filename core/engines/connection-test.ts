import type { Connection, TestResult, TestStep } from '../contract/index.ts'
import { SshError } from '../hosts/index.ts'
import { connectEngine, type ConnectOptions } from './connect.ts'
import { EngineError, type Engine } from './engine.ts'

type Step = TestStep['step']

const ORDER: Step[] = ['reach', 'host-key', 'authenticate', 'engine', 'resources']
const SSH_STEP: Record<SshError['reason'], Step> = { unreachable: 'reach', protocol: 'reach', 'host-key': 'host-key', auth: 'authenticate' }

const SSH_HINT: Record<SshError['reason'], string> = {
  unreachable: 'Check the address and port, that sshd runs there, and that no firewall is between.',
  protocol: 'Something else than an SSH server answers there, or it refuses to be used; check the port.',
  'host-key': 'Compare the fingerprint with "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub" on the host itself before you trust it.',
  auth: 'Check the user name, and that the key is in its authorized_keys (or the password is right).',
}

/** Tries a connection step by step; the first failure ends it and says what to do. Leaves nothing behind on the host. */
export async function testConnection(connection: Connection, options: ConnectOptions): Promise<TestResult> {
  const run = new TestRun('ssh' in connection)
  const opened = await run.connect(connection, options)
  if (!opened) return run.result()
  try {
    await run.engineSteps(opened)
  } finally {
    await opened.close().catch(() => undefined)
  }
  return run.result()
}

class TestRun {
  readonly #steps: TestStep[] = []
  readonly #overSsh: boolean
  #hostKey: string | undefined

  constructor(overSsh: boolean) {
    this.#overSsh = overSsh
  }

  result(): TestResult {
    const steps = ORDER.map((step) => this.#steps.find((done) => done.step === step) ?? { step, status: 'skipped' as const, detail: '', durationMs: 0 })
    const ok = steps.every(({ status }) => status !== 'failed') && steps.at(-1)?.status === 'passed'
    return { ok, steps, ...(this.#hostKey === undefined ? {} : { hostKey: this.#hostKey }) }
  }

  #add(step: Step, outcome: Omit<TestStep, 'step' | 'status'> & { failed?: boolean }): void {
    const { failed = false, ...rest } = outcome
    this.#steps.push({ step, status: failed ? 'failed' : 'passed', ...rest })
  }

  async connect(connection: Connection, options: ConnectOptions): Promise<Engine | null> {
    const startedAt = performance.now()
    const durationMs = () => Math.round(performance.now() - startedAt)
    try {
      const { engine, hostKey } = await connectEngine(connection, options)
      if (!this.#overSsh) return engine
      this.#hostKey = hostKey ?? undefined
      this.#add('reach', { detail: 'an SSH server answers', durationMs: durationMs() })
      this.#add('host-key', { detail: `${hostKey ?? ''}${options.trustedHostKey === null ? ', not pinned yet' : ', as pinned'}`, durationMs: 0 })
      this.#add('authenticate', { detail: 'signed in', durationMs: 0 })
      return engine
    } catch (error) {
      if (!(error instanceof SshError)) throw error
      this.#hostKey = error.offeredHostKey
      const failedAt = SSH_STEP[error.reason]
      for (const step of ORDER.slice(0, ORDER.indexOf(failedAt))) this.#add(step, { detail: '', durationMs: 0 })
      this.#add(failedAt, { failed: true, detail: error.message, hint: SSH_HINT[error.reason], durationMs: durationMs() })
      return null
    }
  }

  async engineSteps(engine: Engine): Promise<void> {
    const startedAt = performance.now()
    const durationMs = () => Math.round(performance.now() - startedAt)
    try {
      const { version, os, capacity } = await engine.info()
      if (!this.#overSsh) this.#add('reach', { detail: 'the engine answers', durationMs: durationMs() })
      this.#add('engine', { detail: `${version}${os ? ` on ${os}` : ''}`, durationMs: durationMs() })
      const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`
      const disk = capacity.diskBytes > 0 ? `, ${gib(capacity.diskBytes)} disk` : ''
      this.#add('resources', { detail: `${capacity.cpuMillis / 1000} CPU, ${gib(capacity.memoryBytes)} memory${disk}`, durationMs: 0 })
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      const { step, hint } = explain(error.message, this.#overSsh)
      if (step !== 'reach' && !this.#overSsh) this.#add('reach', { detail: 'something answers', durationMs: 0 })
      this.#add(step, { failed: true, detail: error.message, hint, durationMs: durationMs() })
    }
  }
}

/** Which step an engine's failure belongs to, and what helps. The words are those of the operating system and of TLS. */
function explain(message: string, overSsh: boolean): { step: Step; hint: string } {
  const text = message.toLowerCase()
  const has = (...words: string[]) => words.some((word) => text.includes(word))
  if (has('permission denied', 'eacces'))
    return { step: 'engine', hint: 'The user may not use the socket: add it to the docker group on the host, and sign in anew.' }
  if (has('self-signed', 'self signed', 'unable to verify', 'issuer certificate', 'unable to get'))
    return { step: 'authenticate', hint: 'The engine’s certificate was not signed by this CA: use the ca.pem that belongs to the engine.' }
  if (has('altname', 'does not match certificate'))
    return { step: 'authenticate', hint: 'The certificate is for another name: use a name or address that it lists.' }
  if (has('certificate required', 'bad certificate', 'unknown ca', 'tlsv1', 'alert'))
    return { step: 'authenticate', hint: 'The engine refused the client certificate: sign it with the CA the engine trusts (--tlscacert), with client authentication allowed.' }
  if (has('pem', 'asn1', 'key values mismatch')) return { step: 'authenticate', hint: 'The certificate and the key do not belong together, or one of them is damaged.' }
  if (has('wrong version number', 'packet length', 'http request'))
    return { step: 'authenticate', hint: 'The port answers without TLS: start dockerd with --tlsverify; plain TCP is not accepted.' }
  if (has('enoent', 'no such file')) return { step: overSsh ? 'engine' : 'reach', hint: 'There is no such socket: is Docker installed and running, and is the path right?' }
  if (overSsh) return { step: 'engine', hint: 'Signed in, but the engine does not answer: look at "systemctl status docker" on the host.' }
  return { step: 'reach', hint: 'Nothing answers there: check the address and port, that dockerd listens (-H tcp://…:2376), and that no firewall is between.' }
}
