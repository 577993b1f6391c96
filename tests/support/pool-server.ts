import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PoolSize } from './pool-plan.ts'

const ROOT = join(import.meta.dirname, '../..')

export interface PoolServer {
  url: string
  token: string
  signInLink: string
  dataDir: string
  pid: number
  /** Ends it and throws its data away. */
  dispose: () => Promise<void>
}

/** Seeds a pool of this size into a folder of its own and serves it to browsers, in processes of their own. */
export async function servePool(size: PoolSize): Promise<PoolServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'spacefort-pool-'))
  const numbers = {
    hosts: size.hosts,
    instances: size.instances,
    apps: size.apps,
    ...(size.troubleShare === undefined ? {} : { trouble: size.troubleShare }),
  }
  const flags = Object.entries(numbers).flatMap(([name, value]) => [`--${name}`, String(value)])
  await ended(start('tests/support/seed-pool.ts', ['--data', dataDir, ...flags]))
  const server = start('tests/support/serve-pool.ts', ['--data', dataDir, '--renderer', join(ROOT, 'out/renderer')])
  const address = JSON.parse(await firstLine(server)) as Pick<PoolServer, 'url' | 'token' | 'signInLink'>
  return {
    ...address,
    dataDir,
    pid: server.pid ?? 0,
    async dispose() {
      server.kill('SIGTERM')
      await ended(server)
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

function start(file: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [join(ROOT, file), ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((done, failed) => {
    child.stdout?.resume()
    child.once('exit', (code, signal) => (code === 0 || signal === 'SIGTERM' ? done() : failed(new Error(`it ended with ${code}`))))
  })
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((done, failed) => {
    let text = ''
    child.once('exit', (code) => failed(new Error(`the server ended with ${code} before it was ready`)))
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes('\n')) done(text.slice(0, text.indexOf('\n')))
    })
  })
}
