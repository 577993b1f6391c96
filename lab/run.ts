import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Programs of the lab and the Debian package each one comes in. */
const PROGRAMS: Record<string, string> = {
  ip: 'iproute2',
  tc: 'iproute2',
  iptables: 'iptables',
  dockerd: 'docker.io',
  sshd: 'openssh-server',
  'ssh-keygen': 'openssh-client',
  openssl: 'openssl',
  busybox: 'busybox-static',
  nsenter: 'util-linux',
  unshare: 'util-linux',
  ldd: 'libc-bin',
}

const SYSTEM_PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

/** Environment of everything the lab starts: nothing of the caller's, so no token or proxy of theirs gets into a host. */
export const CLEAN_ENV = { PATH: SYSTEM_PATH.join(delimiter), LANG: 'C.UTF-8' }

/** Absolute path of a program in the system's folders, also for callers whose PATH leaves out `sbin`. */
export function findProgram(name: string): string | undefined {
  return SYSTEM_PATH.map((folder) => join(folder, name)).find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** What keeps this machine from running a lab, one sentence each; empty when nothing does. */
export function labMissing(): string[] {
  if (process.platform !== 'linux') return ['the lab needs Linux: it is made of network namespaces']
  const missing: string[] = []
  if (process.getuid?.() !== 0) missing.push('the lab needs root: it makes network namespaces, mounts and a bridge')
  const packages = new Set(Object.entries(PROGRAMS).flatMap(([program, debian]) => (findProgram(program) ? [] : [debian])))
  if (packages.size > 0) missing.push(`packages are missing: apt-get install --no-install-recommends ${[...packages].join(' ')}`)
  return missing
}

/** Runs a program to its end and resolves to its standard output; rejects with what it said on standard error. */
export function run(program: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: CLEAN_ENV })
    const output = { stdout: '', stderr: '' }
    child.stdout.on('data', (data: Buffer) => (output.stdout += data.toString()))
    child.stderr.on('data', (data: Buffer) => (output.stderr += data.toString()))
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve(output.stdout)
      else reject(new Error(`${program} ${args.join(' ')}: ${output.stderr.trim() || `ended with ${String(code)}`}`))
    })
    // A program that ends early closes its input; its exit code tells the story.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}

/** Asks again every 50 ms until the answer is true; rejects with `complaint()` when the time is over. */
export async function waitUntil(
  check: () => boolean | Promise<boolean>,
  timeoutMs: number,
  complaint: () => string | Promise<string>,
): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!(await check())) {
    if (performance.now() > deadline) throw new Error(await complaint())
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
