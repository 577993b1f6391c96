import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where the built program is: this checkout, or another place that the environment names. */
export const PROGRAM = process.env.SPACEFORT_PROGRAM ?? join(import.meta.dirname, '../..')

/** Another console, as `spacefort serve` runs it somewhere: its own process, data and address. */
export class RemoteConsole {
  readonly folder = mkdtempSync(join(tmpdir(), 'spacefort-remote-'))
  url = ''
  signInLink = ''
  #process: ChildProcess | undefined

  async start(...options: string[]): Promise<void> {
    const port = this.url === '' ? '0' : new URL(this.url).port
    const args = [join(PROGRAM, 'out/main/cli.js'), 'serve', '--data', join(this.folder, 'data'), '--port', port, '--json', ...options]
    const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#process = server
    let [output, errors] = ['', '']
    server.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
    while (!output.includes('\n')) {
      if (server.exitCode !== null) throw new Error(`the console did not start: ${errors}`)
      const [chunk] = (await Promise.race([once(server.stdout, 'data'), once(server, 'exit').then(() => [''])])) as [Buffer | string]
      output += chunk.toString()
    }
    Object.assign(this, JSON.parse(output) as { url: string; signInLink: string })
  }

  async stop(): Promise<void> {
    if (this.#process?.exitCode !== null) return
    this.#process.kill('SIGTERM')
    await once(this.#process, 'exit')
  }

  async dispose(): Promise<void> {
    await this.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
