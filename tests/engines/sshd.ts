import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { freePort, until } from '../../core/engines/conformance.ts'
import { SshAccess } from '../../core/contract/index.ts'

const SSHD = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/sbin/sshd'].find(existsSync)

/** Why no sshd can be started here, or undefined. With CI=true a missing one is an error, never a reason to skip. */
export function sshdMissing(): string | undefined {
  if (SSHD) return undefined
  const why = 'SKIPPED: openssh-server is not installed, so nothing is proven about SSH'
  if (process.env.CI === 'true') throw new Error(why)
  console.error(`\n*** ${why} ***\n`)
  return why
}

/** A real sshd on loopback with keys of its own. */
export class TestSshd {
  readonly folder = mkdtempSync(join(tmpdir(), 'sshd-'))
  readonly user = userInfo().username
  /** Private key that may sign in. */
  readonly clientKey = this.#key('client')
  port = 0
  #daemon: ChildProcess | undefined

  get access(): SshAccess {
    return SshAccess.parse({ address: '127.0.0.1', port: this.port, user: this.user, privateKey: this.clientKey })
  }

  /** Fingerprint of the server's key, as ssh-keygen prints it. */
  get hostKey(): string {
    return execFileSync('ssh-keygen', ['-lf', join(this.folder, 'host.pub')], { encoding: 'utf8' }).split(' ')[1] ?? ''
  }

  /** Starts it, or starts it again at the same port; `config` is added to its configuration. */
  async start(config: readonly string[] = []): Promise<void> {
    if (!SSHD) throw new Error('there is no sshd')
    if (!existsSync(join(this.folder, 'host'))) this.renewHostKey()
    writeFileSync(join(this.folder, 'authorized_keys'), readFileSync(join(this.folder, 'client.pub')), { mode: 0o600 })
    this.port ||= await freePort()
    mkdirSync('/run/sshd', { recursive: true })
    // A talkative login shell, as many hosts have one.
    writeFileSync(join(this.folder, '.bashrc'), 'echo welcome; echo "mind the gap" >&2\n')
    const options = [
      `ListenAddress=127.0.0.1`,
      `Port=${this.port}`,
      `HostKey=${this.folder}/host`,
      `AuthorizedKeysFile=${this.folder}/authorized_keys`,
      'PidFile=none',
      'StrictModes=no',
      'UsePAM=no',
      'PasswordAuthentication=no',
      `SetEnv=HOME=${this.folder}`,
      ...config,
    ]
    this.#daemon = spawn(SSHD, ['-D', '-e', '-f', '/dev/null', ...options.flatMap((option) => ['-o', option])], {
      stdio: 'ignore',
    })
    const daemon = this.#daemon
    // A test run that fails before `close` must not leave a server behind.
    process.once('exit', () => daemon.kill('SIGKILL'))
    await until(() => this.#answers(), 5000)
  }

  renewHostKey(): void {
    rmSync(join(this.folder, 'host'), { force: true })
    this.#key('host')
  }

  /** A private key that may not sign in. */
  strangerKey(): string {
    rmSync(join(this.folder, 'stranger'), { force: true })
    return this.#key('stranger')
  }

  /** Kills the daemon with every connection it serves, as a crash would: nothing is said to the other side. */
  async kill(): Promise<void> {
    const pid = this.#daemon?.pid
    if (pid === undefined) return
    for (const one of [...descendants(pid, 'sshd'), pid]) {
      try {
        process.kill(one, 'SIGKILL')
      } catch {
        // It has ended by itself.
      }
    }
    this.#daemon = undefined
    await until(async () => ((await this.#answers()) ? undefined : true), 5000)
  }

  async close(): Promise<void> {
    await this.kill()
    rmSync(this.folder, { recursive: true, force: true })
  }

  #key(name: string): string {
    const file = join(this.folder, name)
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', file])
    return readFileSync(file, 'utf8')
  }

  #answers(): Promise<true | undefined> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1')
      const done = (value: true | undefined) => {
        socket.destroy()
        resolve(value)
      }
      socket.once('data', () => done(true))
      socket.once('error', () => done(undefined))
      socket.once('close', () => done(undefined))
    })
  }
}

/** Ids of the processes below `pid` with this name; what they started in turn is left alone. */
function descendants(pid: number, name: string): number[] {
  const table = execFileSync('ps', ['-eo', 'pid=,ppid=,comm='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
  const below = (parent: number): number[] =>
    table
      .filter(([, ppid, comm]) => Number(ppid) === parent && comm === name)
      .flatMap(([child]) => [...below(Number(child)), Number(child)])
  return below(pid)
}
