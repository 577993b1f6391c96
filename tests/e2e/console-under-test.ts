import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../support/browser.ts'

export const ROOT = join(import.meta.dirname, '../..')
const PROGRAM = join(ROOT, 'out/main/cli.js')
const READY_WITHIN_MS = 60_000

export interface Ran {
  code: number
  stdout: string
  stderr: string
}

/** The built program: a server as its own process on a data folder of its own, and the command line as a person uses it. */
export class ConsoleUnderTest {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'spacefort-e2e-'))
  url = ''
  token = ''
  signInLink = ''
  #server: ChildProcess | undefined
  #browser: Browser | undefined
  #log = ''

  /** Starts the server, or starts it again after `kill`; on the same port as before. */
  async serve(): Promise<void> {
    const port = this.url === '' ? '0' : new URL(this.url).port
    const server = spawn(process.execPath, [PROGRAM, 'serve', '--data', this.dataDir, '--port', port, '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#server = server
    server.stderr.on('data', (chunk: Buffer) => (this.#log += chunk.toString()))
    const line = await firstLine(server, () => this.#log)
    Object.assign(this, JSON.parse(line) as { url: string; token: string; signInLink: string })
  }

  get log(): string {
    return this.#log
  }

  /** Ends the server as a power cut would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const server = this.#server
    if (!server || server.exitCode !== null || server.signalCode !== null) return
    const ended = new Promise((resolve) => server.once('exit', resolve))
    server.kill(signal)
    await ended
  }

  /** Runs one command; `stdin` is what is typed into it. */
  run(args: readonly string[], options: { stdin?: string } = {}): Promise<Ran> {
    const env = { ...process.env, SPACEFORT_URL: this.url, SPACEFORT_TOKEN: this.token, NO_COLOR: '1' }
    const child = spawn(process.execPath, [PROGRAM, ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] })
    child.stdin.end(options.stdin ?? '')
    const ran: Ran = { code: -1, stdout: '', stderr: '' }
    child.stdout.on('data', (chunk: Buffer) => (ran.stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (ran.stderr += chunk.toString()))
    return new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code) => resolve({ ...ran, code: code ?? -1 }))
    })
  }

  /** Runs a command that has to succeed, with `--json`, and gives what it printed. */
  async json<T>(...args: string[]): Promise<T> {
    const { code, stdout, stderr } = await this.run([...args, '--json'])
    if (code !== 0) throw new Error(`spacefort ${args.join(' ')} ended with ${code}: ${stderr}${stdout}`)
    return JSON.parse(stdout) as T
  }

  /** A page of the console in a real browser, signed in by the one-time link. */
  async page(options: { width?: number; height?: number; locale?: string } = {}): Promise<Page> {
    this.#browser ??= await launchBrowser()
    const { width = 1280, height = 800, locale = 'en-GB' } = options
    const context = await this.#browser.newContext({ viewport: { width, height }, locale })
    const page = await context.newPage()
    await page.goto(this.signInLink)
    await page.getByRole('navigation').first().waitFor()
    await page.waitForURL(({ hash }) => !hash.includes('sign-in'))
    return page
  }

  async dispose(): Promise<void> {
    await this.#browser?.close()
    await this.#end('SIGTERM')
    rmSync(this.dataDir, { recursive: true, force: true })
  }
}

function firstLine(server: ChildProcess, log: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const timer = setTimeout(() => reject(new Error(`the server was not ready in time: ${log()}`)), READY_WITHIN_MS)
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${log()}`)))
    server.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const end = text.indexOf('\n')
      if (end < 0) return
      clearTimeout(timer)
      resolve(text.slice(0, end))
    })
  })
}

/** Asks again until the answer is the wanted one; says what was seen last when it never is. */
export async function until<T>(look: () => Promise<T>, wanted: (seen: T) => boolean, timeoutMs = 90_000): Promise<T> {
  const end = Date.now() + timeoutMs
  for (;;) {
    const seen = await look()
    if (wanted(seen)) return seen
    if (Date.now() > end) throw new Error(`not reached within ${timeoutMs / 1000} s: ${JSON.stringify(seen).slice(0, 2000)}`)
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}
