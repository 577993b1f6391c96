import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync, rmSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Need } from './step.ts'

/** Debian packages the tests use, with the program that does just as well when it came from elsewhere. */
const PACKAGES: Readonly<Record<string, string | undefined>> = {
  'docker.io': 'dockerd',
  iptables: 'iptables',
  iproute2: 'ip',
  procps: 'sysctl',
  'openssh-server': 'sshd',
  'openssh-client': 'ssh',
  openssl: 'openssl',
  'busybox-static': undefined,
  chromium: 'chromium',
  'fonts-noto-core': undefined,
  'fonts-noto-cjk': undefined,
}
const LAB_PROGRAMS = ['dockerd', 'iptables', 'ip', 'sshd', 'ssh', 'nsenter', 'unshare']
const ATTEMPTS = 3
const POLICY = '/usr/sbin/policy-rc.d'

/** As root on Debian, installs what the tests need; elsewhere it changes nothing. */
export function installPackages(): void {
  if (!isRootOnLinux() || !findProgram('apt-get')) return
  const wanted = Object.entries(PACKAGES).filter(([name, program]) => !(program && findProgram(program)) && !isInstalled(name))
  if (wanted.length === 0) return
  const names = wanted.map(([name]) => name)
  console.log(`Installing Debian packages: ${names.join(' ')}`)
  const apt = ['-q', '-y', '-o', 'Acquire::Retries=3', '-o', 'Dpkg::Use-Pty=0']
  withoutStartingDaemons(() => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      aptGet([...apt, 'update'])
      if (aptGet([...apt, 'install', '--no-install-recommends', ...names])) return
      console.error(`apt-get failed (attempt ${attempt} of ${ATTEMPTS})`)
    }
  })
}

/** What of a need this machine lacks, in words; undefined when it has it all. */
export function missing(need: Need): string | undefined {
  if (need === 'chromium') return findProgram('chromium') ? undefined : 'Chromium'
  if (!isRootOnLinux()) return 'root on Linux, for hosts in network namespaces'
  const programs = LAB_PROGRAMS.filter((name) => !findProgram(name))
  if (programs.length > 0) return programs.join(', ')
  return spawnSync('unshare', ['--net', '--mount', 'true']).status === 0 ? undefined : 'the right to make network namespaces'
}

function isRootOnLinux(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0
}

function findProgram(name: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']
  return folders.some((folder) => existsSync(join(folder, name)))
}

function isInstalled(name: string): boolean {
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f', '${db:Status-Status}', name], { encoding: 'utf8' })
  return stdout === 'installed'
}

function aptGet(args: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync('apt-get', args, { stdio: ['ignore', 'inherit', 'inherit'], env, timeout: 300_000 }).status === 0
}

/** The tests start their own daemons; a package must not open an SSH server on this machine behind its owner's back. */
function withoutStartingDaemons(install: () => void): void {
  const ours = !existsSync(POLICY)
  if (ours) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    install()
  } finally {
    if (ours) rmSync(POLICY, { force: true })
  }
}
