import { spawn, spawnSync } from 'node:child_process'
import { connect } from 'node:net'
import { constants } from 'node:os'
import type { Duplex } from 'node:stream'
import { shellQuote } from '../../hosts/index.ts'
import type { Shell, ShellProcess, SpawnOptions } from './shell.ts'

/** The shell of this workstation. `path` is the search path that scripts and instances get. */
export function localShell(path = process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin'): Shell {
  const env = Object.fromEntries(
    ['HOME', 'USER', 'LOGNAME', 'LANG', 'TZ'].flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
  )
  return {
    spawn: async (script, args, options = {}) => spawnLocal(['sh', '-c', script, 'spacefort', ...args], { ...env, PATH: path }, options),
    dial: dialLocal,
    isOpen: () => true,
    close: async () => undefined,
  }
}

function spawnLocal(words: readonly string[], env: NodeJS.ProcessEnv, { tty }: SpawnOptions): ShellProcess {
  const [program = 'sh', ...args] = tty && hasScript(env) ? terminal(words, tty) : words
  const child = spawn(program, args, {
    env: { ...env, ...(tty ? { TERM: 'xterm-256color', SHELL: '/bin/sh' } : {}) },
    cwd: '/',
    stdio: 'pipe',
  })
  const exitCode = new Promise<number>((resolve) => {
    child.once('error', () => resolve(127))
    child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']))
  })
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    exitCode,
    close: () => {
      child.stdin.destroy()
      child.kill('SIGTERM')
      child.stdout.destroy()
      child.stderr.destroy()
    },
  }
}

/** `script` is the one widespread program that runs another on a terminal of its own. */
function hasScript(env: NodeJS.ProcessEnv): boolean {
  return spawnSync('script', ['--version'], { env, stdio: 'ignore' }).status === 0
}

function terminal(words: readonly string[], size: { columns: number; rows: number }): string[] {
  const command = `stty cols ${size.columns} rows ${size.rows}; exec ${words.map(shellQuote).join(' ')}`
  return ['script', '-q', '-e', '-f', '-c', command, '/dev/null']
}

function dialLocal(port: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true })
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      socket.on('error', () => undefined)
      resolve(socket)
    })
  })
}
