import type { Exec } from 'dockerode'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { randomText } from '../../base/ids.ts'
import { EngineError, type ExecRequest, type ExecSession } from '../engine.ts'
import type { DockerApi } from './api.ts'
import { FrameReader, type Frame } from './frames.ts'

const END_TIMEOUT_MS = 5000
const POLL_MS = 50
/** Unread output above this stops the reading, and with it the command, until somebody reads on. */
const UNREAD_BYTES = 2 ** 20
const MARK = 'SPACEFORT_EXEC'

// Docker cannot end what it runs with exec. Every process of the session inherits the mark, whatever its user or parent;
// only the shell's own words are used, as an image may have a shell and nothing else.
const END_MARKED = `for signal in HUP KILL; do
  for file in /proc/[0-9]*/environ; do
    while IFS= read -r line || [ -n "$line" ]; do
      case $line in *"${MARK}=$1"*) pid=\${file#/proc/}; kill -$signal "\${pid%/*}";; esac
    done 2>/dev/null <"$file"
  done
  sleep 1
done`

/** Runs a command inside a container. `timeoutMs` bounds every call to the engine, not the command. */
export async function openExec(api: DockerApi, container: string, request: ExecRequest & { timeoutMs: number }): Promise<ExecSession> {
  const { timeoutMs } = request
  const mark = randomText(20)
  const exec = await api.query(timeoutMs, (docker, abortSignal) =>
    docker.getContainer(container).exec({
      Cmd: [...request.command],
      Env: [`${MARK}=${mark}`],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      Tty: request.tty,
      abortSignal,
    }),
  )
  const start = { hijack: true, stdin: false, Tty: request.tty }
  const stream = await api.attach(timeoutMs, (docker, abortSignal) => docker.getExec(exec.id).start({ ...start, abortSignal }))
  const session = new DockerExec(api, exec, {
    stream,
    tty: request.tty,
    timeoutMs,
    kill: () => endMarked(api, container, { mark, timeoutMs }),
  })
  if (request.tty) session.resize(request.columns, request.rows)
  return session
}

async function endMarked(api: DockerApi, container: string, { mark, timeoutMs }: { mark: string; timeoutMs: number }): Promise<void> {
  await api.attach(timeoutMs, async (docker, abortSignal) => {
    const exec = await docker.getContainer(container).exec({ Cmd: ['sh', '-c', END_MARKED, 'sh', mark], abortSignal })
    const answer = await exec.start({ Detach: true, abortSignal })
    answer.resume()
  })
}

interface Attached {
  stream: Duplex
  tty: boolean
  timeoutMs: number
  kill: () => Promise<void>
}

class DockerExec implements ExecSession {
  readonly output: AsyncIterable<Frame>
  readonly exitCode: Promise<number>
  readonly #api: DockerApi
  readonly #exec: Exec
  readonly #attached: Attached
  #closed = false
  #resizing: Promise<void> = Promise.resolve()

  constructor(api: DockerApi, exec: Exec, attached: Attached) {
    this.#api = api
    this.#exec = exec
    this.#attached = attached
    const output = new OutputQueue(attached.stream, attached.tty)
    this.output = output
    this.exitCode = output.ended.then(() => this.#awaitExit())
    // Whoever wants the exit code asks for it; a session that nobody asks about must not end the process.
    this.exitCode.catch(() => undefined)
  }

  write(data: Uint8Array): void {
    if (this.#attached.stream.writable) this.#attached.stream.write(data)
  }

  end(): void {
    this.#attached.stream.end()
  }

  resize(columns: number, rows: number): void {
    if (this.#attached.tty) this.#resizing = this.#resizing.then(() => this.#resize({ w: columns, h: rows }))
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    void this.#end()
  }

  // The terminal is there a moment after the start was answered.
  async #resize(size: { w: number; h: number }): Promise<void> {
    for (let attempt = 0; attempt < 10; attempt++) {
      const done = await this.#api
        .query(this.#attached.timeoutMs, (_docker, abortSignal) => this.#exec.resize({ ...size, abortSignal }))
        .then(
          () => true,
          (error: unknown) => error instanceof EngineError && error.reason === 'gone',
        )
      if (done) return
      await sleep(POLL_MS)
    }
  }

  async #end(): Promise<void> {
    await this.#attached.kill().catch(() => undefined)
    await this.#awaitExit().catch(() => undefined)
    this.#attached.stream.destroy()
  }

  // Docker closes the stream a moment before it knows the exit code.
  async #awaitExit(): Promise<number> {
    for (const end = Date.now() + END_TIMEOUT_MS; Date.now() < end;) {
      const { Running, ExitCode } = await this.#api.query(this.#attached.timeoutMs, (_docker, abortSignal) =>
        this.#exec.inspect({ abortSignal }),
      )
      if (!Running && ExitCode !== null) return ExitCode
      await sleep(POLL_MS)
    }
    throw new EngineError('unreachable', 'the connection to the command is gone, and the command still runs')
  }
}

/** What a command prints, kept until it is read; reading can stop early without ending the command. */
class OutputQueue implements AsyncIterable<Frame> {
  readonly ended: Promise<void>
  readonly #stream: Duplex
  #frames: Frame[] = []
  #unread = 0
  #done = false
  #left = false
  #wake: () => void = () => undefined

  constructor(stream: Duplex, tty: boolean) {
    this.#stream = stream
    const reader = new FrameReader()
    stream.on('data', (chunk: Buffer) => {
      try {
        this.#add(tty ? [{ stream: 'stdout', data: chunk }] : reader.read(chunk))
      } catch (error) {
        stream.destroy(error instanceof Error ? error : undefined)
      }
    })
    this.ended = new Promise((resolve) => {
      const end = () => {
        this.#done = true
        this.#wake()
        resolve()
      }
      stream.once('end', end).once('close', end).on('error', end)
    })
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Frame> {
    try {
      for (;;) {
        const frames = this.#frames
        this.#frames = []
        this.#unread = 0
        this.#stream.resume()
        yield* frames
        if (this.#frames.length > 0) continue
        if (this.#done) return
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    } finally {
      this.#left = true
      this.#stream.resume()
    }
  }

  #add(frames: Frame[]): void {
    if (this.#left) return
    this.#frames.push(...frames)
    this.#unread += frames.reduce((sum, frame) => sum + frame.data.length, 0)
    if (this.#unread > UNREAD_BYTES) this.#stream.pause()
    this.#wake()
  }
}
