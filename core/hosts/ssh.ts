import { constants } from 'node:os'
import type { Duplex } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import type { Client, ClientChannel } from 'ssh2'
import type { SshAccess } from '../contract/index.ts'
import { connectSsh, type SshConnection, type SshOptions } from './ssh-connect.ts'
import { SshError } from './ssh-error.ts'
import type { SshLink, SshProcess } from './ssh-link.ts'

/** Sessions taken of the ten that a server allows on one connection by default. */
const SESSIONS_PER_CONNECTION = 8
const MAX_CONNECTIONS = 8
const REFUSED_ALONE_MS = 50
const MAX_REFUSED_ALONE = 3
const signalNumbers = new Map<string, number>(Object.entries(constants.signals))

/**
 * Opens an SSH connection and keeps it alive; rejects with `SshError`. A dead peer is noticed within about six seconds.
 * Commands beyond what one connection may carry go over further connections of the same sign-in, and then wait.
 */
export async function openSsh(access: SshAccess, options: SshOptions): Promise<SshLink> {
  const first = await connectSsh(access, options)
  return new Link(first, () => connectSsh(access, { ...options, trustedHostKey: first.hostKey }))
}

/** One connection and how much of it is taken. */
interface Lane {
  client: Client
  sessions: number
  limit: number
  running: Set<ChannelProcess>
}

class Link implements SshLink {
  readonly hostKey: string
  readonly closed: Promise<void>
  readonly #connect: () => Promise<SshConnection>
  readonly #first: Client
  readonly #waiting: (() => void)[] = []
  #lanes: Lane[] = []
  #connecting: Promise<void> | undefined
  #closed = false

  constructor(first: SshConnection, connect: () => Promise<SshConnection>) {
    this.hostKey = first.hostKey
    this.#connect = connect
    this.#first = first.client
    this.closed = new Promise((resolve) => {
      first.client.once('close', () => {
        this.#closed = true
        for (const { client } of this.#lanes) client.destroy()
        this.#lanes = []
        this.#wake()
        resolve()
      })
    })
    this.#add(first.client)
  }

  async run(command: string, options: { tty?: { columns: number; rows: number } } = {}): Promise<SshProcess> {
    for (let alone = 0; ;) {
      const lane = await this.#lane()
      const taken = lane.sessions
      try {
        const channel = await openSession(lane.client, command, options.tty)
        const process = new ChannelProcess(channel)
        lane.running.add(process)
        channel.once('close', () => {
          lane.running.delete(process)
          this.#release(lane)
        })
        return process
      } catch (error) {
        // A server that allows fewer sessions than usual says so by refusing one, and it may count one that has just ended.
        const full = !this.#closed && error instanceof Error && error.message.includes('open failed')
        lane.limit = full ? Math.max(1, Math.min(lane.limit, taken - 1)) : lane.limit
        if (full && taken === 1) await pause(REFUSED_ALONE_MS)
        this.#release(lane)
        if (!full || (taken === 1 && ++alone > MAX_REFUSED_ALONE)) throw this.#explain(error, 'the host refused to run a command')
      }
    }
  }

  dial(port: number): Promise<Duplex> {
    return this.#forward(`port ${port}`, (done) => this.#first.forwardOut('127.0.0.1', 0, '127.0.0.1', port, done))
  }

  dialSocket(path: string): Promise<Duplex> {
    return this.#forward(path, (done) => this.#first.openssh_forwardOutStreamLocal(path, done))
  }

  async close(): Promise<void> {
    if (this.#closed) return
    for (const { client } of this.#lanes) client.end()
    const timer = setTimeout(() => this.#first.destroy(), 1000)
    await this.closed
    clearTimeout(timer)
  }

  #add(client: Client): void {
    const lane: Lane = { client, sessions: 0, limit: SESSIONS_PER_CONNECTION, running: new Set() }
    this.#lanes.push(lane)
    client.once('close', () => {
      this.#lanes = this.#lanes.filter((one) => one !== lane)
      for (const process of lane.running) process.lost()
    })
  }

  /** Takes a session of a connection that has one left, opening another connection or waiting where none has. */
  async #lane(): Promise<Lane> {
    for (;;) {
      if (this.#closed) throw new SshError('unreachable', 'the SSH connection is closed')
      const free = this.#lanes.find((lane) => lane.sessions < lane.limit)
      if (free) {
        free.sessions++
        return free
      }
      if (this.#lanes.length < MAX_CONNECTIONS) {
        const more = this.#widen()
        // A server that takes no further connection still serves the sessions there are.
        if (
          await more.then(
            () => true,
            () => false,
          )
        )
          continue
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  #widen(): Promise<void> {
    this.#connecting ??= this.#connect()
      .then(({ client }) => {
        if (this.#closed) client.end()
        else this.#add(client)
      })
      .finally(() => (this.#connecting = undefined))
    return this.#connecting
  }

  #release(lane: Lane): void {
    lane.sessions--
    this.#wake()
    if (lane.sessions === 0 && lane.client !== this.#first) {
      this.#lanes = this.#lanes.filter((one) => one !== lane)
      lane.client.end()
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  #forward(target: string, open: (done: (error: Error | undefined, channel: ClientChannel) => void) => void): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => reject(this.#explain(error, `the host refused to connect to ${target}`))
      try {
        open((error, channel) => {
          if (error) {
            fail(error)
            return
          }
          channel.on('error', () => undefined)
          resolve(channel)
        })
      } catch (error) {
        fail(error)
      }
    })
  }

  #explain(error: unknown, what: string): SshError {
    if (error instanceof SshError) return error
    const message = error instanceof Error ? error.message : String(error)
    if (this.#closed || /not connected|no response from server/i.test(message))
      return new SshError('unreachable', 'the SSH connection is closed', { cause: error })
    return new SshError('protocol', `${what}: ${message.replace(/^\(SSH\) Channel open failure: /, '')}`, { cause: error })
  }
}

function openSession(client: Client, command: string, tty?: { columns: number; rows: number }): Promise<ClientChannel> {
  return new Promise<ClientChannel>((resolve, reject) => {
    const done = (error: Error | undefined, channel: ClientChannel) => {
      if (error) reject(error)
      else resolve(channel)
    }
    try {
      if (tty) client.exec(command, { pty: { cols: tty.columns, rows: tty.rows, term: 'xterm-256color' } }, done)
      else client.exec(command, done)
    } catch (error) {
      reject(error instanceof Error ? error : new Error(String(error)))
    }
  })
}

class ChannelProcess implements SshProcess {
  readonly stdin: ClientChannel
  readonly stdout: ClientChannel
  readonly stderr: ClientChannel['stderr']
  readonly exitCode: Promise<number>
  readonly #ended = Promise.withResolvers<number>()
  #code = 255

  constructor(channel: ClientChannel) {
    this.stdin = channel
    this.stdout = channel
    this.stderr = channel.stderr
    this.exitCode = this.#ended.promise
    channel.on('error', () => undefined)
    channel.on('exit', (status: number | null, signal?: string) => {
      this.#code = status ?? 128 + (signalNumbers.get(signal ?? '') ?? 127)
    })
    channel.once('close', () => this.#ended.resolve(this.#code))
  }

  resize(columns: number, rows: number): void {
    this.stdin.setWindow(rows, columns, 0, 0)
  }

  close(): void {
    // Unread output would keep the channel from closing.
    this.stdout.resume()
    this.stderr.resume()
    this.stdin.close()
  }

  /** The connection is gone, and with it whatever the channel had still to say. */
  lost(): void {
    this.stdin.destroy()
    this.#ended.resolve(this.#code)
  }
}
