import { spawn, type ChildProcess } from 'node:child_process'
import { globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { TestSshd } from '../engines/sshd.ts'
import { FakeDockerHost } from '../support/fake-docker.ts'

/** What leaks ends the process long before the machine is in trouble. */
const MEMORY_LIMIT = '--max-old-space-size=200'
const START_WITHIN_MS = 30_000
const STOP_WITHIN_MS = 20_000
const ROOT = resolve(import.meta.dirname, '..', '..')

/** A console of its own process, as it is delivered: with this workstation, a real sshd and two Docker hosts that only pretend. */
export class CoreUnderFuzz {
  readonly folder = mkdtempSync(join(tmpdir(), 'fuzz-'))
  readonly dataDir = join(this.folder, 'data')
  /** A file in here means that a shell interpreted something. */
  readonly canary = join(this.folder, 'canary')
  readonly sshd = new TestSshd()
  readonly dockers = ['docker-1', 'docker-2'].map(
    (name) => new FakeDockerHost({ name, socket: join(this.folder, `${name}.sock`), cpuMillis: 16_000, memoryBytes: 32 * 2 ** 30 }),
  )
  readonly log: string[] = []
  url = ''
  token = ''
  /** Good once. */
  signInCode = ''
  /** Why the process has ended; empty while it runs. */
  ended = ''
  #child: ChildProcess | undefined

  async start(): Promise<void> {
    mkdirSync(this.canary)
    await this.sshd.start(['MaxStartups=50'])
    for (const docker of this.dockers) await docker.listen()
    const child = spawn(process.execPath, [MEMORY_LIMIT, 'core/main.ts', 'serve', '--data', this.dataDir, '--port', '0', '--json'], {
      cwd: ROOT,
      env: { ...process.env, SPACEFORT_LOG: 'warn' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    process.once('exit', () => child.kill('SIGKILL'))
    child.once('exit', (code, signal) => (this.ended = `the process ended with ${String(code ?? signal)}`))
    createInterface({ input: child.stderr }).on('line', (line) => this.log.push(line))
    const [first] = await Promise.race([
      new Promise<string[]>((done) => createInterface({ input: child.stdout }).once('line', (line) => done([line]))),
      pause(START_WITHIN_MS, []),
    ])
    if (first === undefined) throw new Error(`the core did not start: ${this.log.join('\n')}`)
    const ready = JSON.parse(first) as { url: string; token: string; signInLink: string }
    this.url = ready.url
    this.token = ready.token
    this.signInCode = decodeURIComponent(ready.signInLink.split('code=')[1] ?? '')
  }

  get port(): number {
    return Number(new URL(this.url).port)
  }

  get database(): string {
    return join(this.dataDir, 'spacefort.db')
  }

  /** Memory that the process holds now, in bytes; 0 when it is gone. */
  memoryBytes(): number {
    try {
      const status = readFileSync(`/proc/${this.#child?.pid ?? 0}/status`, 'utf8')
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024
    } catch {
      return 0
    }
  }

  /** Files that prove an injection. */
  hits(): string[] {
    return readdirSync(this.canary)
  }

  async stop(): Promise<void> {
    const child = this.#child
    if (child && this.ended === '') {
      const gone = new Promise((done) => child.once('exit', done))
      child.kill('SIGTERM')
      await Promise.race([gone, pause(STOP_WITHIN_MS)])
      child.kill('SIGKILL')
    }
    for (const docker of this.dockers) docker.cutOff()
    this.#endInstances()
    await pause(500)
    this.#dropControlGroups()
    await this.sshd.close()
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** Instances outlive the core by design, so those of this run are ended by the folder that stands in their command line. */
  #endInstances(): void {
    for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)) {
      try {
        const owned = [this.dataDir, this.sshd.folder].some(
          (folder) =>
            readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(folder) ||
            readFileSync(`/proc/${name}/environ`, 'utf8').includes(folder),
        )
        if (owned) process.kill(Number(name), 'SIGKILL')
      } catch {
        // It ended by itself, or belongs to somebody else.
      }
    }
  }

  /** Supervisors that were killed could not take theirs away. */
  #dropControlGroups(): void {
    for (const root of [join(this.dataDir, 'processes'), join(this.sshd.folder, '.spacefort')]) {
      for (const path of globSync('*/instances/*', { cwd: root }))
        for (const group of globSync(`/sys/fs/cgroup/{,memory/,cpu/,cpuacct/}spacefort/${basename(path)}`)) rmdirSync(group)
    }
  }
}
