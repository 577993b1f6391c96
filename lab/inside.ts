import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { FaultOptions } from './faults.ts'
import { engineAnswers } from './machine.ts'
import { run, waitUntil } from './run.ts'
import { findHost, hostFolder, labDir, requireState } from './state.ts'

const RESTART_TIMEOUT_MS = 40_000
const BALLAST = '/run/disk/ballast'

/** Runs shell text on a host as its root, not over the network, so that it also works while the host is cut off. */
export async function inHost(name: string, script: string, options: FaultOptions = {}): Promise<string> {
  const state = await requireState(labDir(options.dir))
  const host = findHost(state, name)
  if (!host.boot) throw new Error(`${name} is lost; revive it first`)
  return run('nsenter', ['-t', String(host.boot.init.pid), '-m', '-u', '-i', '-n', '-p', '/bin/sh', '-c', script])
}

/** Makes the engine stand still (SIGSTOP): it takes connections and never answers. Its containers go on running. */
export async function hangEngine(name: string, options: FaultOptions = {}): Promise<void> {
  await inHost(name, 'kill -STOP "$(cat /run/docker.pid)"', options)
}

export async function wakeEngine(name: string, options: FaultOptions = {}): Promise<void> {
  await inHost(name, 'kill -CONT "$(cat /run/docker.pid)"', options)
}

/** Ends the engine, by default as its own stop does, and resolves once the next one answers. Its containers end with it. */
export async function restartEngine(name: string, options: FaultOptions & { signal?: 'TERM' | 'KILL' } = {}): Promise<void> {
  const host = findHost(await requireState(labDir(options.dir)), name)
  const pid = async () => (await inHost(name, 'cat /run/docker.pid 2> /dev/null || true', options)).trim()
  const before = await pid()
  await inHost(name, `kill -${options.signal ?? 'TERM'} ${before}`, options)
  await waitUntil(
    async () => ![before, ''].includes(await pid()) && (await engineAnswers(host)),
    RESTART_TIMEOUT_MS,
    () => `the engine of ${name} does not come back`,
  )
}

/** Ends the SSH server with every session; the next server is there within a second. */
export async function restartSsh(name: string, options: FaultOptions = {}): Promise<void> {
  await inHost(name, `${KILL_SESSIONS}; kill "$(cat /run/sshd.pid)"`, options)
}

/** Ends every SSH session; the server goes on. */
export async function cutSsh(name: string, options: FaultOptions = {}): Promise<void> {
  await inHost(name, KILL_SESSIONS, options)
}

const KILL_SESSIONS = 'for pid in $(ps -o pid= --ppid "$(cat /run/sshd.pid)"); do kill -9 "$pid"; done'

/** Gives the host another SSH key, as a new installation does, and restarts its SSH server. */
export async function changeHostKey(name: string, options: FaultOptions = {}): Promise<void> {
  const state = await requireState(labDir(options.dir))
  const key = join(hostFolder(state.dir, name), 'ssh_host_key')
  await rm(key)
  await rm(`${key}.pub`)
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', key])
  await restartSsh(name, options)
}

/** Takes all room but `leaveBytes` of a host whose disk is limited. */
export async function fillDisk(name: string, options: FaultOptions & { leaveBytes?: number } = {}): Promise<void> {
  const script = `test -d /run/disk || { echo "the disk of ${name} is not limited" >&2; exit 1; }
    free=$(( $(df -P -B1 /run/disk | awk 'NR == 2 { print $4 }') - ${options.leaveBytes ?? 0} ))
    fallocate -l "$free" ${BALLAST}`
  await inHost(name, script, options)
}

export async function freeDisk(name: string, options: FaultOptions = {}): Promise<void> {
  await inHost(name, `rm -f ${BALLAST}`, options)
}
