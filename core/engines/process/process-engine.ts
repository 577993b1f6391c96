import type { Duplex } from 'node:stream'
import { parseDuration, type HealthCheck } from '../../contract/index.ts'
import {
  EngineError,
  type Artifact,
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
import { openExec } from './exec-session.ts'
import { readLogs } from './log-stream.ts'
import { parseInfo, parseList, parseStats } from './parse.ts'
import { isId, isInstallation, prepareRun } from './run-file.ts'
import { CHANGES, INFO, LIST, STATS } from './scripts-read.ts'
import { LAUNCH, REMOVE, ROOT, START, STOP, STORE_ARTIFACT, SUPERVISE } from './scripts.ts'
import { gone, NEEDS_ARTIFACT, runScript, spawnScript, type Shell } from './shell.ts'
import { skipToMark } from './streams.ts'

/** Exit code of a command check that took too long, as the program `timeout` has it. */
const TIMED_OUT = 124

/**
 * Runs instances as plain processes on a host with nothing installed. Each has a supervisor of its own there, so it
 * outlives connection and core. CPU is a share in proportion to the reservation, not a ceiling; memory is a limit; both
 * only where the host's control groups are writable, which `info` tells.
 */
export class ProcessEngine implements Engine {
  readonly kind = 'process'
  readonly #shell: Shell
  readonly #root: string
  readonly #uploads = new Map<string, { work: Promise<void>; doneAt: number }>()

  /** `root` is the state folder; empty for ~/.spacefort of the user there. */
  constructor(shell: Shell, root: string) {
    this.#shell = shell
    this.#root = root
  }

  async ping(timeoutMs: number): Promise<void> {
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(
      () => late.reject(new EngineError('unreachable', `the host's shell did not answer within ${timeoutMs} ms`)),
      timeoutMs,
    )
    try {
      await Promise.race([this.#run(ROOT), late.promise])
    } finally {
      clearTimeout(timer)
    }
  }

  async info(): Promise<EngineInfo> {
    return parseInfo(await this.#run(INFO))
  }

  async list(installation: string): Promise<ObservedRun[]> {
    return isInstallation(installation) ? parseList(await this.#run(LIST, installation)) : []
  }

  async start(run: InstanceRun): Promise<void> {
    const prepared = prepareRun(run)
    const { file, digest, signal, meta, volumeNames, cpuShares } = prepared
    const limits = [String(Math.trunc(run.resources.memoryBytes)), String(cpuShares)]
    const args = [
      this.#root,
      run.installation,
      run.id,
      digest,
      String(Buffer.byteLength(file)),
      SUPERVISE,
      LAUNCH,
      meta,
      ...limits,
      signal,
      ...volumeNames,
    ]
    for (let round = 0; round < 3; round++) {
      const asked = performance.now()
      const { code } = await runScript(this.#shell, START, { args, input: file, expected: [NEEDS_ARTIFACT] })
      if (code !== NEEDS_ARTIFACT || !run.artifact) return
      await this.#upload(run.installation, run.artifact, { digest, asked })
    }
    throw new EngineError('refused', 'the host does not keep the artifact: it is removed as soon as it has arrived')
  }

  async stop(id: string, graceMs: number): Promise<void> {
    if (isId(id)) await this.#run(STOP, id, String(Math.max(0, Math.ceil(graceMs / 100))))
  }

  async remove(id: string): Promise<void> {
    if (isId(id)) await this.#run(REMOVE, id)
  }

  async stats(ids: readonly string[]): Promise<RunStats[]> {
    const known = ids.filter(isId)
    return known.length === 0 ? [] : parseStats(await this.#run(STATS, ...known), Date.now())
  }

  async *logs(id: string, request: LogRequest): AsyncGenerator<RawLogLine, void, undefined> {
    if (!isId(id)) throw gone()
    yield* readLogs(this.#shell, { root: this.#root, id }, request)
  }

  async exec(id: string, request: ExecRequest): Promise<ExecSession> {
    if (!isId(id)) throw gone()
    if (request.command.some((word) => word.includes('\0'))) throw new EngineError('refused', 'a command cannot hold a NUL character')
    return openExec(this.#shell, { root: this.#root, id }, request)
  }

  async check(id: string, check: Extract<HealthCheck, { kind: 'command' }>): Promise<number> {
    const session = await this.exec(id, { command: check.command, tty: false, columns: 80, rows: 24 })
    session.end()
    const late = Promise.withResolvers<number>()
    const timer = setTimeout(() => late.resolve(TIMED_OUT), parseDuration(check.timeout) ?? 5000)
    const finished = drained(session)
    try {
      return await Promise.race([finished, late.promise])
    } finally {
      clearTimeout(timer)
      session.close()
    }
  }

  async *changes(signal: AbortSignal): AsyncGenerator<void, void, undefined> {
    if (signal.aborted) return
    const process = await spawnScript(this.#shell, CHANGES, { args: [this.#root] })
    const stop = () => process.close()
    signal.addEventListener('abort', stop, { once: true })
    try {
      process.stderr.resume()
      const { chunks } = await skipToMark(process, true)
      for await (const { stream } of chunks) if (stream === 'stdout') yield
    } catch (error) {
      if (!isAborted(signal)) throw error
    } finally {
      signal.removeEventListener('abort', stop)
      process.close()
    }
  }

  async dial(port: number): Promise<Duplex> {
    try {
      return await this.#shell.dial(port)
    } catch (cause) {
      if (!this.#shell.isOpen()) throw new EngineError('unreachable', 'the connection to the host is closed', { cause })
      throw new EngineError('refused', `nothing accepts connections at port ${port} of the host`, { cause })
    }
  }

  async close(): Promise<void> {
    await this.#shell.close()
  }

  async #run(script: string, ...args: string[]): Promise<string> {
    return (await runScript(this.#shell, script, { args: [this.#root, ...args] })).output
  }

  /** Several instances of one revision start together, and need the same artifact once; `asked` is when the host said that it has none. */
  async #upload(installation: string, artifact: Artifact, { digest, asked }: { digest: string; asked: number }): Promise<void> {
    const earlier = this.#uploads.get(`${installation}/${digest}`)
    if (earlier && earlier.doneAt > asked) return earlier.work
    const args = [this.#root, installation, digest, String(artifact.bytes)]
    const work = runScript(this.#shell, STORE_ARTIFACT, { args, input: artifact.open() }).then(() => undefined)
    const upload = { work, doneAt: Infinity }
    this.#uploads.set(`${installation}/${digest}`, upload)
    await work.finally(() => (upload.doneAt = performance.now()))
  }
}

async function drained(session: ExecSession): Promise<number> {
  const output = session.output[Symbol.asyncIterator]()
  while (!(await output.next()).done);
  return session.exitCode
}

/** Asked anew after an await: the compiler believes that a property stays as it was found. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted
}
