import { setTimeout as pause } from 'node:timers/promises'
import { seededRandom, type SeededRandom } from '../support/random.ts'
import { makeCallers, mayCall, type Caller } from './callers.ts'
import type { CoreUnderFuzz } from './core-under-fuzz.ts'
import { at, shellTricks } from './hostile.ts'
import { APPS, SIGNER, type Known } from './known.ts'
import { readDocument, type DocumentedOperation } from './operations.ts'
import { FuzzReport } from './report.ts'
import { Requests, type Planned } from './requests.ts'
import { brokenRules, type Broken } from './rules.ts'
import { send, type WireAnswer, type WireRequest } from './send.ts'
import { shrink } from './shrink.ts'
import { hostileTars } from '../../core/apps/hostile-tars-fixture.ts'
import { WantedState } from './wanted-state.ts'

const BATCH = 8
const STREAM_MS = 120
const SESSIONS = 10
const RENEW_EVERY = 40
/** With more failures than this, making each of them small would take longer than finding them. */
const MAX_SHRUNK = 30
export const MARKER = 'hush-hush-4711'
/** Kinds of events by which the console itself changes what is wanted, in the course of what was asked for earlier. */
const BY_ITSELF = new Set(['app.removed', 'host.drained', 'host.key-pinned'])

interface Sent {
  planned: Planned
  answer: WireAnswer
}

/** Sends requests in small crowds, and after each looks whether everything is as it must be. */
export class Driver {
  readonly report = new FuzzReport()
  readonly #core: CoreUnderFuzz
  readonly #random: SeededRandom
  readonly #known: Known
  #operations: DocumentedOperation[] = []
  #callers: Caller[] = []
  #requests!: Requests
  #state!: WantedState
  #stopped = false

  constructor(core: CoreUnderFuzz, seed: number) {
    this.#core = core
    this.#random = seededRandom(seed)
    this.#known = {
      instances: [],
      sessions: new Map(),
      tokens: [],
      digests: [],
      dockerSocket: `${core.folder}/docker-2.sock`,
      signInCode: core.signInCode,
      sshPort: core.sshd.port,
      sshUser: core.sshd.user,
      sshKey: core.sshd.clientKey,
      sshHostKey: core.sshd.hostKey,
      tricks: shellTricks(core.canary),
    }
  }

  async prepare(): Promise<void> {
    this.#operations = readDocument(await this.#call('GET', '/openapi.json'))
    this.#callers = await makeCallers((method, path, body) => this.#call(method, `/api/v1${path}`, body))
    const tars = await hostileTars()
    this.#known.digests = tars.filter(({ good }) => good).map(({ digest }) => digest)
    this.#requests = new Requests({ known: this.#known, random: this.#random, tars })
    this.#state = new WantedState(this.#core.database)
    await this.#call('PUT', '/api/v1/secrets/db', { value: MARKER })
    await this.#renew()
  }

  async run(requests: number): Promise<void> {
    for (let batch = 0; this.report.requests < requests && this.#core.ended === '' && !this.#stopped; batch++) {
      if (batch % RENEW_EVERY === RENEW_EVERY - 1) await this.#renew()
      await this.#batch(batch % 3 === 0)
      if (batch % 5 === 0) await this.#repeat()
    }
    if (this.#core.ended !== '') this.report.failWhole('process-died', this.#core.ended)
  }

  /** Lets `run` end after the requests that are under way. */
  stop(): void {
    this.#stopped = true
  }

  close(): void {
    this.#state.close()
  }

  /** A crowd of requests at once, each from somebody else. In a crowd that may change nothing, nobody has the right to. */
  async #batch(changesNothing: boolean): Promise<void> {
    const before = { digest: this.#state.digest(), seq: this.#state.latestSeq() }
    const callers = this.#differentCallers()
    const planned = callers.map((caller) => this.#requests.plan(this.#pick(changesNothing ? caller : null), caller))
    const sent = await Promise.all(planned.map(async (one) => ({ planned: one, answer: await this.#send(one.caller, one.request) })))
    this.#judgeState(sent, before)
    for (const one of sent) await this.#judge(one)
  }

  #differentCallers(): Caller[] {
    const chosen = new Set<Caller>()
    while (chosen.size < BATCH) chosen.add(this.#callers[this.#random.below(this.#callers.length)] as Caller)
    return [...chosen]
  }

  /** Any operation; with a caller one that they may not call, if there is any. */
  #pick(caller: Caller | null): DocumentedOperation {
    const forbidden = caller ? this.#operations.filter(({ role, scope }) => !mayCall(caller, role, scope)) : []
    const choice = forbidden.length > 0 ? forbidden : this.#operations
    return choice[this.#random.below(choice.length)] as DocumentedOperation
  }

  #send(caller: Caller, request: WireRequest): Promise<WireAnswer> {
    return send(request, { port: this.#core.port, from: caller.from, streamMs: STREAM_MS }).catch((error: unknown) => ({
      ...{ status: 0, headers: {}, body: '', durationMs: 0 },
      failure: `cannot be sent: ${String(error)}`,
    }))
  }

  async #judge({ planned, answer }: Sent): Promise<void> {
    // Node's own client refuses to send some of it; that says nothing about the console.
    if (answer.failure.startsWith('cannot be sent')) return
    this.report.note(planned, answer)
    for (const broken of brokenRules(planned, answer, [MARKER])) {
      if (!this.report.fail(planned, answer, broken) || answer.status === 0 || this.report.failures.size > MAX_SHRUNK) continue
      this.report.shrunk(broken, await shrink(planned.request, (request) => this.#breaks({ ...planned, request }, broken)))
    }
  }

  async #breaks(planned: Planned, { rule, detail }: Broken): Promise<boolean> {
    const answer = await this.#send(planned.caller, planned.request)
    return brokenRules(planned, answer, [MARKER]).some((one) => one.rule === rule && one.detail.slice(0, 15) === detail.slice(0, 15))
  }

  #judgeState(sent: readonly Sent[], before: { digest: string; seq: number }): void {
    const events = this.#state.eventsAfter(before.seq)
    for (const { planned, answer } of sent) {
      const event = answer.status >= 400 && events.find(({ actor }) => actor === planned.caller.actor)
      if (event)
        this.report.fail(planned, answer, {
          rule: 'changed-on-refusal',
          detail: `${event.kind} was written although the answer was ${answer.status}`,
        })
    }
    const allRefused = sent.every(({ answer }) => answer.status >= 400)
    const present = new Set(['system', ...sent.map(({ planned }) => planned.caller.actor)])
    const isLate = events.some(({ actor }) => !present.has(actor))
    if (!allRefused || isLate || events.some(({ kind }) => BY_ITSELF.has(kind))) return
    const [first] = sent
    if (first && this.#state.digest() !== before.digest)
      this.report.fail(first.planned, first.answer, {
        rule: 'changed-on-refusal',
        detail: 'what is wanted has changed though all of a crowd was refused',
      })
  }

  /** The same change twice under one key, half of the time at once: it happens once, and the second answer is the first. */
  async #repeat(): Promise<void> {
    const callers = this.#callers.filter(({ role, scopes }) => role !== null && role !== 'viewer' && scopes.length > 1)
    const changes = this.#operations.filter(({ method, raw, role, streams }) => method !== 'GET' && !raw && !streams && role !== null)
    const caller = callers[this.#random.below(callers.length)] as Caller
    const planned = this.#requests.plan(changes[this.#random.below(changes.length)] as DocumentedOperation, caller)
    if (!planned.reaches) return
    planned.request.headers['idempotency-key'] = `key-${this.report.requests}-${this.#random.below(1e9)}`
    const once = () => this.#send(caller, planned.request)
    const atOnce = this.#random.chance(0.5)
    const first = await (atOnce ? Promise.all([once(), once()]) : (async () => [await once(), await once()])())
    const [one, other] = first as [WireAnswer, WireAnswer]
    for (const answer of [one, other]) await this.#judge({ planned, answer })
    const comparable = one.status > 0 && one.status < 500 && ![one.status, other.status].includes(429)
    if (comparable && (one.status !== other.status || one.body !== other.body))
      this.report.fail(planned, other, { rule: 'repeated', detail: `first ${one.status} ${one.body.slice(0, 100)}, then ${other.status}` })
  }

  /** Keeps enough alive for requests to mean something, and learns what there is now. */
  async #renew(): Promise<void> {
    const call = <T>(method: string, path: string, body?: unknown) => this.#call<T>(method, `/api/v1${path}`, body).catch(() => undefined)
    const { sshd, folder } = this.#core
    const place = { systemReserve: { cpuMillis: 0, memoryBytes: 0, diskBytes: 0 }, labels: { disk: 'ssd' } }
    const connections = {
      'ssh-1': { kind: 'ssh', ssh: { address: '127.0.0.1', port: sshd.port, user: sshd.user, privateKey: sshd.clientKey } },
      'docker-1': { kind: 'docker-socket', path: `${folder}/docker-1.sock` },
      'docker-2': { kind: 'docker-socket', path: `${folder}/docker-2.sock` },
    }
    for (const [name, connection] of Object.entries(connections)) {
      const added = await call('POST', '/hosts', { name, connection, ...place })
      if (!added) await call('PATCH', `/hosts/${name}`, { connection, ...place })
      await call('POST', `/hosts/${name}/uncordon`)
    }
    for (const name of APPS.slice(0, 4)) {
      const program = name.startsWith('img')
        ? { image: 'shop:1' }
        : { command: ['sh', '-c', 'exec sleep 600', 'x', this.#trick()], env: { TRICK: this.#trick() } }
      await call('PUT', `/apps/${name}`, { spec: { name, ...program, instances: 1, resources: { cpu: '100m', memory: '16Mi' } } })
      await call('POST', `/apps/${name}/start`, {})
    }
    const { items: instances = [] } = (await call<{ items: { id: string }[] }>('GET', '/instances?limit=20')) ?? {}
    this.#known.instances = instances.map(({ id }) => id)
    await call('POST', '/users', { ...SIGNER, role: 'viewer' })
    await call('PATCH', `/users/${SIGNER.name}`, { password: SIGNER.password })
    await this.#openSessions()
    const victims = await call<{ items: { id: string; name: string }[] }>('GET', '/tokens')
    this.#known.tokens = (victims?.items ?? []).filter(({ name }) => name === 'pipeline' || name === 'robot').map(({ id }) => id)
    this.#requests.renew()
  }

  #trick(): string {
    return at(this.#known.tricks, this.#random) ?? ''
  }

  /** Some callers get a command of their own that waits for input. */
  async #openSessions(): Promise<void> {
    const { instances, sessions } = this.#known
    const running = instances.filter((id) => id.startsWith('cmd'))
    const [instance] = running
    sessions.clear()
    if (instance === undefined) return
    for (const caller of this.#callers.filter((one) => mayCall(one, 'operator', 'apps')).slice(0, SESSIONS)) {
      const body = JSON.stringify({ command: ['sh', '-c', 'exec cat', 'x', this.#trick()] })
      const headers = { ...caller.headers, 'content-type': 'application/json' }
      const answer = await this.#send(caller, { method: 'POST', target: `/api/v1/instances/${instance}/exec`, headers, body })
      if (answer.status === 201) sessions.set(caller.name, (JSON.parse(answer.body) as { session: string }).session)
    }
  }

  /** What this program itself does with the console; waits where it is asked to. */
  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(this.#core.url + path, {
      method,
      headers: { authorization: `Bearer ${this.#core.token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (response.status === 429) {
      await pause(1000)
      return this.#call(method, path, body)
    }
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }
}
