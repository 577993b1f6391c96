import type { Container, ContainerInfo, ContainerInspectInfo, ContainerStats } from 'dockerode'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { InstanceId, parseDuration } from '../../contract/index.ts'
import {
  EngineError,
  type Engine,
  type EngineInfo,
  type ExecRequest,
  type ExecSession,
  type InstanceRun,
  type LogRequest,
  type ObservedRun,
  type RawLogLine,
  type RunStats,
} from '../engine.ts'
import { DockerApi } from './api.ts'
import { mapBounded } from './bounded.ts'
import { changesOf } from './changes.ts'
import { containerName, createOptions, isContainerId, LABEL } from './container.ts'
import { readFailure, toEngineError } from './errors.ts'
import { openExec } from './exec.ts'
import { ImagePuller } from './image.ts'
import { LogAssembler, openLogs } from './logs.ts'
import { observedRun, runId } from './observe.ts'
import { hasInit, readInfo } from './info.ts'
import { StateCache } from './states.ts'
import { runStats } from './stats.ts'
import type { DockerTransport } from './transport.ts'

const ACT_TIMEOUT_MS = 120_000
const STATS_AT_A_TIME = 16
const NAME_TIMEOUT_MS = 10_000
const NAME_POLL_MS = 50
/** What `timeout` of the shell exits with when time was up. */
const TIMED_OUT = 124

export interface DockerEngineOptions {
  transport: DockerTransport
  /** Longest wait for an answer that should come at once. */
  timeoutMs: number
}

/** Runs instances as containers. An artifact is left to the image: here an instance without an image is refused. */
export function createDockerEngine(options: DockerEngineOptions): Engine {
  return new DockerEngine(options)
}

class DockerEngine implements Engine {
  readonly kind = 'docker'
  readonly #transport: DockerTransport
  readonly #timeoutMs: number
  readonly #api: DockerApi
  readonly #images: ImagePuller
  readonly #states: StateCache
  /** Containers known to be ours, by instance: what carries our label once carries it for good, and its id is nobody else's. */
  readonly #owned = new Map<string, string>()
  /** Containers that are being started by us now. */
  readonly #starting = new Set<string>()
  #init: Promise<boolean> | undefined

  constructor(options: DockerEngineOptions) {
    this.#transport = options.transport
    this.#timeoutMs = options.timeoutMs
    this.#api = new DockerApi(options.transport)
    this.#images = new ImagePuller(this.#api)
    this.#states = new StateCache(this.#api, options.timeoutMs)
  }

  async ping(timeoutMs: number): Promise<void> {
    await this.#api.ping(timeoutMs)
  }

  info(): Promise<EngineInfo> {
    return readInfo(this.#api, this.#transport, this.#timeoutMs)
  }

  async list(installation: string): Promise<ObservedRun[]> {
    const filters = { label: [`${LABEL.installation}=${installation}`] }
    const path = `/containers/json?all=true&filters=${encodeURIComponent(JSON.stringify(filters))}`
    const containers = (await this.#api.get(this.#timeoutMs, path)) as ContainerInfo[]
    const states = await this.#states.of(containers, this.#starting)
    this.#owned.clear()
    for (const container of containers) this.#owned.set(runId(container), container.Id)
    return containers.flatMap((container, index) => {
      const state = states[index]
      return state === undefined ? [] : [observedRun(container, state)]
    })
  }

  async start(run: InstanceRun): Promise<void> {
    const { image } = run
    if (image === undefined) throw new EngineError('refused', `instance ${run.id} has no image, and a Docker host runs nothing else`)
    if (!isId(run.id)) throw new EngineError('refused', `"${run.id}" cannot be the id of an instance`)
    const options = createOptions({ ...run, image }, await this.#hasInit())
    const found = await this.#createOrFind(run, async () => {
      const { id } = await this.#api.act(this.#limits(), (docker, abortSignal) => docker.createContainer({ ...options, abortSignal }))
      this.#owned.set(run.id, id)
    })
    if (found !== undefined && found.State.Status !== 'created') return
    const container = found?.Id ?? this.#owned.get(run.id) ?? nameOf(run.id)
    this.#starting.add(container)
    try {
      await this.#act(container, (handle, abortSignal) => handle.start({ abortSignal }))
    } catch (error) {
      if (error instanceof EngineError && error.reason === 'refused') await this.#removeUnstarted(run.id)
      throw error
    } finally {
      this.#starting.delete(container)
    }
  }

  async stop(id: string, graceMs: number): Promise<void> {
    const own = await this.#ownContainer(id)
    if (own === undefined) return
    const seconds = Math.ceil(graceMs / 1000)
    await this.#act(own, (container, abortSignal) => container.stop({ t: seconds, abortSignal }), graceMs).catch(ignoreGone)
  }

  async remove(id: string): Promise<void> {
    const own = await this.#ownContainer(id)
    if (own === undefined) return
    await this.#act(own, (container, abortSignal) => container.remove({ force: true, v: true, abortSignal })).catch((error: unknown) => {
      if (!(error instanceof EngineError && /removal of container .* is already in progress/i.test(error.message))) ignoreGone(error)
    })
    this.#owned.delete(id)
  }

  async stats(ids: readonly string[]): Promise<RunStats[]> {
    const samples = await mapBounded(ids.filter(isId), STATS_AT_A_TIME, async (id) => {
      const path = `/containers/${nameOf(id)}/stats?stream=false&one-shot=true`
      const stats = await this.#api.get(this.#timeoutMs, path).catch(ignoreGone)
      return stats === undefined ? undefined : runStats(id, stats as ContainerStats)
    })
    return samples.filter((sample) => sample !== undefined)
  }

  async *logs(id: string, request: LogRequest): AsyncGenerator<RawLogLine> {
    const stream = await openLogs(this.#api, nameOf(id), { ...request, timeoutMs: this.#timeoutMs })
    const close = () => stream.destroy()
    request.signal.addEventListener('abort', close, { once: true })
    const lines = new LogAssembler()
    try {
      if (request.signal.aborted) return
      for await (const chunk of stream) yield* lines.read(chunk as Buffer)
      yield* lines.rest()
    } catch (error) {
      if (!request.signal.aborted) throw toEngineError(error, { where: this.#api.where })
    } finally {
      request.signal.removeEventListener('abort', close)
      stream.destroy()
    }
  }

  async exec(id: string, request: ExecRequest): Promise<ExecSession> {
    return openExec(this.#api, nameOf(id), { ...request, timeoutMs: this.#timeoutMs })
  }

  async check(id: string, check: Parameters<Engine['check']>[1]): Promise<number> {
    const session = await this.exec(id, { command: check.command, tty: false, columns: 80, rows: 24 })
    session.end()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<number>((resolve) => {
      timer = setTimeout(resolve, parseDuration(check.timeout), TIMED_OUT)
    })
    const result = await Promise.race([session.exitCode, late]).finally(() => clearTimeout(timer))
    if (result === TIMED_OUT) session.close()
    return result
  }

  async *changes(signal: AbortSignal): AsyncGenerator<void> {
    const filters = { type: ['container'], label: [LABEL.instance], event: ['start', 'die', 'destroy', 'oom'] }
    const events = await this.#api.stream(this.#timeoutMs, { method: 'GET', path: '/events?', options: { filters } })
    const close = () => events.destroy()
    signal.addEventListener('abort', close, { once: true })
    if (signal.aborted) close()
    this.#states.watched(1)
    try {
      yield* changesOf(events, (container) => this.#states.forget(container))
    } finally {
      this.#states.watched(-1)
      signal.removeEventListener('abort', close)
    }
  }

  dial(port: number): Promise<Duplex> {
    return this.#transport.openPort(port)
  }

  async close(): Promise<void> {
    this.#api.close()
    await this.#transport.close()
  }

  /** Creates the container, pulling its image where that is missing; resolves to what is there already under its name. */
  async #createOrFind(run: InstanceRun, create: () => Promise<unknown>): Promise<ContainerInspectInfo | undefined> {
    let pulled = false
    for (const end = Date.now() + NAME_TIMEOUT_MS; ;) {
      try {
        await create()
        return undefined
      } catch (error) {
        const { status, text } = readFailure(error instanceof EngineError ? error.cause : error)
        if (status === 404 && /no such image/i.test(text) && !pulled) {
          await this.#images.pull(run.image ?? '')
          pulled = true
        } else if (status === 409 && /is already in use/i.test(text)) {
          const found = await this.#inspect(run.id).catch(ignoreGone)
          if (found !== undefined) return ownedBy(found, run)
          // The name is taken a moment before its container can be found, and let go a moment after.
          if (Date.now() > end) throw error
          await sleep(NAME_POLL_MS)
        } else throw error
      }
    }
  }

  /** A start that was refused must not leave a container behind that holds the name, and the next start, back. */
  async #removeUnstarted(id: string): Promise<void> {
    const found = await this.#find(id)
    if (found?.State.Status === 'created')
      await this.#act(found.Id, (container, abortSignal) => container.remove({ v: true, abortSignal })).catch(ignoreGone)
  }

  /** The container of an instance; undefined if there is none, or one that is not ours. */
  async #find(id: string): Promise<ContainerInspectInfo | undefined> {
    if (!isId(id)) return undefined
    const found = await this.#inspect(id).catch(ignoreGone)
    const labels = found?.Config.Labels ?? {}
    const isOurs = isContainerId(id) ? labels[LABEL.installation] !== undefined : labels[LABEL.instance] === id
    return isOurs ? found : undefined
  }

  #inspect(id: string): Promise<ContainerInspectInfo> {
    return this.#api.get(this.#timeoutMs, `/containers/${nameOf(id)}/json`) as Promise<ContainerInspectInfo>
  }

  async #ownContainer(id: string): Promise<string | undefined> {
    return this.#owned.get(id) ?? (await this.#find(id))?.Id
  }

  #limits(extraMs = 0) {
    return { timeoutMs: ACT_TIMEOUT_MS + extraMs, quietMs: this.#timeoutMs }
  }

  /** A change of the container; that it was made before (304) is as good. */
  async #act(name: string, call: (container: Container, signal: AbortSignal) => Promise<unknown>, extraMs = 0): Promise<void> {
    try {
      await this.#api.act(this.#limits(extraMs), (docker, signal) => call(docker.getContainer(name), signal))
    } catch (error) {
      if (!(error instanceof EngineError && readFailure(error.cause).status === 304)) throw error
    }
  }

  #hasInit(): Promise<boolean> {
    const asked = (this.#init ??= hasInit(this.#api, this.#timeoutMs))
    return asked.catch((error: unknown) => {
      this.#init = undefined
      throw error
    })
  }
}

function isId(id: string): boolean {
  return InstanceId.safeParse(id).success
}

// Nothing but a well-formed id may get into the path of a request.
function nameOf(id: string): string {
  if (!isId(id)) throw new EngineError('gone', `"${id}" is not the id of an instance`)
  return isContainerId(id) ? id : containerName(id)
}

function ownedBy(found: ContainerInspectInfo, run: InstanceRun): ContainerInspectInfo {
  const { [LABEL.installation]: installation, [LABEL.instance]: instance } = found.Config.Labels
  if (installation === run.installation && instance === run.id) return found
  throw new EngineError('refused', `the name ${containerName(run.id)} is taken by a container that is not ours`)
}

function ignoreGone(error: unknown): undefined {
  if (!(error instanceof EngineError && error.reason === 'gone')) throw error
}
