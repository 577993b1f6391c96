import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { freePort } from '../../core/engines/conformance.ts'
import { createCertificates, type Certificates } from './certificates.ts'

const run = promisify(execFile)
const BUSYBOX = '/bin/busybox'
const NEEDED = ['dockerd', 'docker', 'docker-proxy', 'ip', 'unshare', 'openssl']

/** The image that every test engine has; nothing else can be pulled, as there is no registry. */
export const TEST_IMAGE = 'spacefort-test/busybox:1'

/** A Docker Engine of its own, with its own data, bridge and certificates, that leaves nothing behind. */
export interface DockerHost {
  readonly socket: string
  readonly tlsPort: number
  readonly certificates: Certificates
  /** Runs the docker command line against this engine and returns what it prints. */
  docker(...args: string[]): Promise<string>
  /** Stops the engine's process in its tracks (SIGSTOP): it accepts connections but never answers. */
  freeze(): void
  thaw(): void
  /** Ends the engine and starts it again on the same data; with `liveRestore` its containers go on running. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** Why no Docker Engine can be started here, or undefined. In CI this must not happen, so it throws there. */
export function whyNoDocker(): string | undefined {
  const missing = NEEDED.filter((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0)
  if (!existsSync(BUSYBOX)) missing.push('busybox-static')
  const why =
    process.getuid?.() !== 0
      ? 'these tests start a Docker Engine and must be root'
      : missing.length > 0
        ? `not installed: ${missing.join(', ')}`
        : undefined
  if (why === undefined) return undefined
  if (process.env.CI === 'true') throw new Error(`the Docker tests cannot run, and CI may not skip them: ${why}`)
  console.warn(`\nSKIPPED, all Docker engine tests: ${why}\n`)
  return why
}

export async function startDockerHost(): Promise<DockerHost> {
  wipeAbandoned()
  const root = mkdtempSync(join(tmpdir(), `sfdt-${process.pid}-`))
  const bridge = bridgeOf(process.pid)
  const wipeThis = () => wipe(root, bridge)
  process.once('exit', wipeThis)
  try {
    const certificates = createCertificates(join(root, 'certificates'), ['127.0.0.1'])
    const address = `10.78.${process.pid % 250}.1/24`
    for (const args of [
      ['link', 'add', bridge, 'type', 'bridge'],
      ['addr', 'add', address, 'dev', bridge],
      ['link', 'set', bridge, 'up'],
    ])
      await run('ip', args)
    const engine = new EngineProcess(root, { bridge, tlsPort: await freePort() })
    await engine.start()
    await importBusybox(engine, join(root, 'image'))
    return {
      socket: engine.socket,
      tlsPort: engine.tlsPort,
      certificates,
      docker: (...args) => engine.docker(...args),
      freeze: () => engine.signal('SIGSTOP'),
      thaw: () => engine.signal('SIGCONT'),
      restart: async () => {
        await engine.end()
        await engine.start()
      },
      stop: async () => {
        engine.signal('SIGCONT')
        const ids = (await engine.docker('ps', '-aq')).split('\n').filter(Boolean)
        if (ids.length > 0) await engine.docker('rm', '-f', ...ids)
        await engine.end()
        process.off('exit', wipeThis)
        wipeThis()
      },
    }
  } catch (error) {
    process.off('exit', wipeThis)
    wipeThis()
    throw error
  }
}

class EngineProcess {
  readonly socket: string
  readonly tlsPort: number
  readonly #root: string
  readonly #bridge: string
  #process: ChildProcess | undefined

  constructor(root: string, options: { bridge: string; tlsPort: number }) {
    this.#root = root
    this.#bridge = options.bridge
    this.tlsPort = options.tlsPort
    this.socket = join(root, 'docker.sock')
  }

  async start(): Promise<void> {
    const file = (name: string) => join(this.#root, 'certificates', name)
    const log = await open(join(this.#root, 'dockerd.log'), 'a')
    // A private mount namespace takes the engine's mounts with it. No iptables: published ports go through docker-proxy,
    // and the machine's own rules stay as they are.
    this.#process = spawn(
      'unshare',
      [
        '--mount',
        '--propagation',
        'private',
        'dockerd',
        '--data-root',
        join(this.#root, 'data'),
        '--exec-root',
        join(this.#root, 'exec'),
        '--pidfile',
        join(this.#root, 'dockerd.pid'),
      ]
        .concat(['-H', `unix://${this.socket}`, '-H', `tcp://127.0.0.1:${this.tlsPort}`, '--tlsverify'])
        .concat(['--tlscacert', file('ca.pem'), '--tlscert', file('server.pem'), '--tlskey', file('server-key.pem')])
        .concat(['--bridge', this.#bridge, '--iptables=false', '--ip6tables=false', '--ip-forward=false', '--live-restore']),
      { stdio: ['ignore', log.fd, log.fd] },
    )
    await log.close()
    for (let attempt = 0; attempt < 120; attempt++) {
      if (this.#process.exitCode !== null) break
      const answer = await run('docker', ['-H', `unix://${this.socket}`, 'version', '--format', '{{.Server.Version}}']).catch(
        () => undefined,
      )
      if (answer !== undefined) return
      await sleep(250)
    }
    throw new Error(`dockerd did not start:\n${readFileSync(join(this.#root, 'dockerd.log'), 'utf8').slice(-3000)}`)
  }

  async docker(...args: string[]): Promise<string> {
    return (await run('docker', ['-H', `unix://${this.socket}`, ...args], { maxBuffer: 50_000_000 })).stdout.trim()
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal)
  }

  async end(): Promise<void> {
    const child = this.#process
    if (child?.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await Promise.race([gone, sleep(20_000).then(() => child.kill('SIGKILL'))])
    await gone
  }
}

async function importBusybox(engine: EngineProcess, folder: string): Promise<void> {
  const bin = join(folder, 'bin')
  mkdirSync(bin, { recursive: true })
  mkdirSync(join(folder, 'tmp'))
  cpSync(BUSYBOX, join(bin, 'busybox'))
  const { stdout } = await run(BUSYBOX, ['--list'])
  for (const applet of stdout.split('\n')) if (applet !== '' && applet !== 'busybox') symlinkSync('busybox', join(bin, applet))
  await run('tar', ['-C', folder, '-cf', join(folder, '..', 'image.tar'), '.'])
  await engine.docker('import', '-c', 'ENV PATH=/bin', join(folder, '..', 'image.tar'), TEST_IMAGE)
}

/** Ends what was started out of `root`, engine and containers alike, and removes what it left. */
function wipe(root: string, bridge: string): void {
  const containers = existsSync(join(root, 'data/containers')) ? readdirSync(join(root, 'data/containers')) : []
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) continue
    try {
      const cgroup = readFileSync(`/proc/${entry}/cgroup`, 'utf8')
      const ours = readFileSync(`/proc/${entry}/cmdline`, 'utf8').includes(`${root}/`) || containers.some((id) => cgroup.includes(id))
      if (ours) process.kill(Number(entry), 'SIGKILL')
    } catch {
      // It has ended meanwhile.
    }
  }
  spawnSync('ip', ['link', 'delete', bridge])
  rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
}

/** Removes the engines of test runs that were killed before they could do so themselves. */
function wipeAbandoned(): void {
  for (const name of readdirSync(tmpdir())) {
    const owner = /^sfdt-(\d+)-/.exec(name)?.[1]
    if (owner !== undefined && !existsSync(`/proc/${owner}`)) wipe(join(tmpdir(), name), bridgeOf(Number(owner)))
  }
}

function bridgeOf(pid: number): string {
  return `sfdt${pid}`
}
