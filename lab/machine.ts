import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createGroups, freezerOf, killGroup } from './cgroups.ts'
import { CLEAN_ENV, waitUntil } from './run.ts'
import { groupOf, hostFolder, identify, isRunning, type HostState, type LabState, type ProcessId } from './state.ts'

const BOOT_TIMEOUT_MS = 30_000
const PROBE_TIMEOUT_MS = 1500
const PULSE_LIMIT_SECONDS = 3600

/** Starts the host's first process in namespaces of its own, and notes both processes in `host.boot`. */
export async function bootHost(state: LabState, host: HostState): Promise<void> {
  const folder = hostFolder(state.dir, host.name)
  const groups = await createGroups(groupOf(state, host.name))
  const log = openSync(join(folder, 'boot.log'), 'a', 0o600)
  const script = join(import.meta.dirname, 'boot.sh')
  const child = spawn('/bin/sh', [script, host.name, folder, host.kind, host.address, process.execPath], {
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...CLEAN_ENV, LAB_GROUPS: groups.join(' ') },
  })
  closeSync(log)
  const failed = new Promise<never>((_, reject) => child.once('error', reject))
  child.unref()
  let init: ProcessId | undefined
  const started = waitUntil(
    () => (init = firstChild(child.pid)) !== undefined || child.exitCode !== null,
    BOOT_TIMEOUT_MS,
    () => `${host.name} does not start`,
  )
  await Promise.race([started, failed])
  const outer = identify(child.pid ?? 0)
  if (!init || !outer) throw new Error(`${host.name} did not start: ${await tailOf(state, host, 'boot.log')}`)
  host.boot = { outer, init }
}

/** The process that `unshare` forked: before it has a new PID namespace, the number there is another one. */
function firstChild(pid: number | undefined): ProcessId | undefined {
  try {
    const child = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim())
    const status = readFileSync(`/proc/${child}/status`, 'utf8')
    return child > 0 && /^NSpid:.*\t1$/m.test(status) ? identify(child) : undefined
  } catch {
    return undefined
  }
}

/** Ends everything on the host at once, as a power cut does. Its disk stays. */
export async function killHost(state: LabState, host: HostState): Promise<void> {
  await stopPulse(state, host)
  // The kernel ends all processes of a PID namespace with its first one; the groups are looked at for what got away.
  if (host.boot && isRunning(host.boot.init)) process.kill(host.boot.init.pid, 'SIGKILL')
  await waitUntil(
    () => !isRunning(host.boot?.init) && !isRunning(host.boot?.outer),
    10_000,
    () => `${host.name} does not end`,
  )
  await killGroup(groupOf(state, host.name))
  host.boot = null
}

/** Resolves once the host answers the way a console will ask it: TLS with the client certificate, or SSH and its engine. */
export async function waitForHost(state: LabState, host: HostState): Promise<void> {
  const ready = async () => {
    if (!isRunning(host.boot?.init)) throw new Error(`${host.name} ended while it started: ${await tailOf(state, host, 'boot.log')}`)
    return (await answers(state, host)) && (host.kind !== 'docker-ssh' || (await engineAnswers(host)))
  }
  await waitUntil(ready, BOOT_TIMEOUT_MS, async () => {
    const log = host.kind === 'ssh' ? 'sshd.log' : 'dockerd.log'
    return `${host.name} does not answer at ${host.address}: ${await tailOf(state, host, log)}`
  })
}

/** Whether the host's door answers over the network now. */
export async function answers(state: LabState, host: HostState): Promise<boolean> {
  return host.kind === 'docker-tls' ? tlsPing(state, host) : sshBanner(host)
}

async function tlsPing(state: LabState, host: HostState): Promise<boolean> {
  const [ca, cert, key] = await Promise.all(['ca.pem', 'cert.pem', 'key.pem'].map((name) => readFile(join(state.dir, name))))
  return new Promise((resolve) => {
    const options = { host: host.address, port: 2376, path: '/_ping', ca, cert, key, timeout: PROBE_TIMEOUT_MS, agent: false }
    const request = httpsRequest(options, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    request.on('timeout', () => request.destroy(new Error('timeout')))
    request.on('error', () => resolve(false))
    request.end()
  })
}

function sshBanner(host: HostState): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: host.address, port: 22 })
    const finish = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(PROBE_TIMEOUT_MS, () => finish(false))
    socket.on('error', () => finish(false))
    socket.once('data', (data) => finish(data.toString('latin1').startsWith('SSH-2.0')))
  })
}

/** Whether the host's engine answers on its own socket, whatever the network does. */
export function engineAnswers(host: HostState): Promise<boolean> {
  return new Promise((resolve) => {
    const request = httpRequest({ socketPath: engineSocket(host), path: '/_ping', timeout: PROBE_TIMEOUT_MS, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    request.on('timeout', () => request.destroy(new Error('timeout')))
    request.on('error', () => resolve(false))
    request.end()
  })
}

/** The engine's socket as seen from outside the host's mount namespace. */
export function engineSocket(host: HostState): string {
  return `/proc/${host.boot?.init.pid ?? 0}/root/run/docker.sock`
}

async function tailOf(state: LabState, host: HostState, file: string): Promise<string> {
  const text = await readFile(join(hostFolder(state.dir, host.name), file), 'utf8').catch(() => '')
  return text.trim().split('\n').slice(-5).join('\n') || `nothing in its ${file}`
}

/**
 * Stands in for a slow link where the kernel cannot delay packets: the whole host stands still for `delayMs`, then runs
 * for a quarter of that, over and over for at most an hour.
 */
export async function startPulse(state: LabState, host: HostState, delayMs: number): Promise<ProcessId> {
  const freezer = await freezerOf(groupOf(state, host.name))
  if (!freezer) throw new Error('this kernel can neither delay packets (netem) nor freeze a host (freezer)')
  const loop = `end=$(( $(date +%s) + ${PULSE_LIMIT_SECONDS} ))
    while [ "$(date +%s)" -lt $end ]; do echo "$2" > "$1"; sleep "$4"; echo "$3" > "$1"; sleep "$5"; done`
  const seconds = [delayMs, Math.max(5, delayMs / 4)].map((ms) => (ms / 1000).toFixed(3))
  const child = spawn('/bin/sh', ['-c', loop, 'spacefort-lab-pulse', freezer.file, freezer.frozen, freezer.thawed, ...seconds], {
    detached: true,
    stdio: 'ignore',
    env: CLEAN_ENV,
  })
  child.unref()
  const id = identify(child.pid ?? 0)
  if (!id) throw new Error(`cannot slow ${host.name} down: its pulse did not start`)
  return id
}

/** Ends the pulse and lets the host run; what is frozen could not even be killed. */
export async function stopPulse(state: LabState, host: HostState): Promise<void> {
  const pulse = host.slow?.pulse
  if (!pulse) return
  if (isRunning(pulse)) process.kill(pulse.pid, 'SIGKILL')
  await waitUntil(
    () => !isRunning(pulse),
    5000,
    () => `the pulse of ${host.name} does not end`,
  )
  const freezer = await freezerOf(groupOf(state, host.name))
  if (freezer) await writeFile(freezer.file, freezer.thawed)
}
