import type { SshLink } from '../../hosts/index.ts'
import type { Engine } from '../engine.ts'
import { localShell } from './local-shell.ts'
import { ProcessEngine } from './process-engine.ts'
import { sshShell } from './ssh-shell.ts'

/** Runs processes on this workstation; `stateDir` keeps what is known of them. */
export function createLocalProcessEngine({ stateDir, path }: { stateDir: string; path?: string }): Engine {
  return new ProcessEngine(localShell(path), stateDir)
}

/** Runs processes over `link`, which the engine closes with itself; `stateDir` defaults to ~/.spacefort there. */
export function createSshProcessEngine(link: SshLink, { stateDir = '' }: { stateDir?: string } = {}): Engine {
  return new ProcessEngine(sshShell(link), stateDir)
}
