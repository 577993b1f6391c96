import { spawn, type ChildProcess } from 'node:child_process'
import { openSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')
const READY_WITHIN_MS = 60_000
const TICKS_PER_SECOND = 100

/** A core as `spacefort serve` runs it, in a process of its own. */
export class CoreProcess {
  readonly url: string
  readonly token: string
  /** Of as many callers, where the program gives more than one: each may ask so often only. */
  readonly tokens: readonly string[]
  readonly pid: number
  readonly #child: ChildProcess
  readonly #dataDir: string

  private constructor(child: ChildProcess, at: { url: string; token: string; tokens?: string[]; dataDir: string }) {
    this.#child = child
    this.pid = child.pid ?? 0
    this.url = at.url
    this.token = at.token
    this.tokens = at.tokens ?? [at.token]
    this.#dataDir = at.dataDir
  }

  /** `entry` is what is run instead of the command line's own program; it has to print the same line. */
  static async start(dataDir: string, logFile: string, entry: readonly string[] = ['core/main.ts', 'serve']): Promise<CoreProcess> {
    const log = openSync(logFile, 'a')
    // A group of its own: Ctrl-C is for the harness, which ends the core once it has asked it for the last time.
    const [program = '', ...args] = entry
    const child = spawn(process.execPath, [join(ROOT, program), ...args, '--data', dataDir, '--port', '0', '--json'], {
      stdio: ['ignore', 'pipe', log],
      detached: true,
    })
    const line = await new Promise<string>((done, failed) => {
      const timer = setTimeout(() => failed(new Error(`the core was not ready within ${READY_WITHIN_MS / 1000} s`)), READY_WITHIN_MS)
      child.once('exit', (code) => failed(new Error(`the core ended with ${code}; see ${logFile}`)))
      child.stdout?.once('data', (chunk: Buffer) => {
        clearTimeout(timer)
        done(chunk.toString())
      })
    })
    return new CoreProcess(child, { ...(JSON.parse(line) as { url: string; token: string }), dataDir })
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  rssBytes(): number {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))?.[1]) * 1024
  }

  handles(): number {
    return readdirSync(`/proc/${this.pid}/fd`).length
  }

  cpuMs(): number {
    return cpuMsOf(this.pid)
  }

  /** Size on disk by file: databases with their write-ahead logs. */
  diskBytes(): { events: number; metrics: number } {
    const sizes = readdirSync(this.#dataDir)
      .filter((name) => /\.db(?:-wal|-shm)?$/.test(name))
      .map((name) => ({ name, bytes: statSync(join(this.#dataDir, name)).size }))
    const sum = (metrics: boolean) =>
      sizes.filter(({ name }) => name.startsWith('metrics') === metrics).reduce((all, { bytes }) => all + bytes, 0)
    return { events: sum(false), metrics: sum(true) }
  }

  async stop(): Promise<void> {
    if (!this.running) return
    const ended = new Promise((done) => this.#child.once('exit', done))
    this.#child.kill('SIGTERM')
    await ended
  }
}

/** CPU time a process has used so far, all threads. */
export function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND
}
