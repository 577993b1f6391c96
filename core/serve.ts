import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { CliError, EXIT, programFolder, programVersion, type Cli } from './cli/index.ts'
import { createCore } from './core.ts'
import { openServer, publishServer, withdrawServer } from './local-server.ts'
import { needingRoom } from './store/index.ts'

export interface ServeSettings {
  data: string
  host: string
  port: number
  tlsCert?: string
  tlsKey?: string
  allowHost?: string[]
}

const STOP_WITHIN_MS = 15_000

/**
 * Runs a core and its server until SIGTERM or SIGINT. Says where it is once it is ready, on `out` and in the data folder, so
 * that the command line of the same user finds it and may use it. Instances go on running when it ends.
 */
export async function runServer(settings: ServeSettings, out: ReturnType<Cli['output']>): Promise<void> {
  const dataDir = resolve(settings.data)
  refuseForeignKey(dataDir)
  const stopRequested = stopSignal()
  const tls = await tlsOf(settings)
  const program = programFolder()
  const core = await createCore({
    dataDir,
    version: programVersion(),
    rendererDir: join(program, 'out', 'renderer'),
    docsDir: join(program, 'out', 'docs'),
    samplesDir: join(program, 'resources', 'samples'),
    ...(settings.allowHost ? { allowedHosts: settings.allowHost } : {}),
  })
  try {
    const server = await openServer(core, { host: settings.host, port: settings.port, ...(tls ? { tls } : {}) })
    try {
      await needingRoom(dataDir, async () => {
        await core.start()
        const { token } = await publishServer(core, dataDir, server.url)
        announce(out, { url: server.url, token, signInLink: `${server.url}${await core.signInPath()}`, dataDir })
      })
      if (!tls && !isLoopback(settings.host))
        out.note('Others on the network can read along: without --tls-cert and --tls-key nothing is encrypted.')
      await stopRequested
      out.note('Stopping; instances go on running.')
    } finally {
      endAtLatest()
      await withdrawServer(dataDir)
      await server.close()
    }
  } finally {
    await core.stop()
  }
}

function announce(out: ReturnType<Cli['output']>, at: { url: string; token: string; signInLink: string; dataDir: string }): void {
  const { dataDir, ...answer } = at
  out.result(answer, () => {
    out.line(`Spacefort is ready at ${out.paint('bold', at.url)}`)
    out.line(`Sign in with this link, once, within ten minutes:\n  ${out.paint('cyan', at.signInLink)}`)
    out.line(`Data: ${dataDir}. The command line of this user needs no sign-in. Ctrl-C ends the console; instances go on running.`)
  })
}

/** The desktop seals its key with the keychain, which a server cannot open; a second key would only hide that. */
function refuseForeignKey(dataDir: string): void {
  if (!existsSync(join(dataDir, 'secret.key.sealed')) || existsSync(join(dataDir, 'secret.key'))) return
  throw new CliError(EXIT.refused, `the key of ${dataDir} is in the keychain of the desktop`, {
    hint: 'start the desktop, or choose another folder with --data',
  })
}

async function tlsOf(settings: ServeSettings): Promise<{ cert: string; key: string } | undefined> {
  const { tlsCert, tlsKey } = settings
  if (tlsCert === undefined && tlsKey === undefined) return undefined
  if (tlsCert === undefined || tlsKey === undefined) throw new CliError(EXIT.usage, 'https needs both --tls-cert and --tls-key')
  const read = (file: string) =>
    readFile(file, 'utf8').catch((cause: unknown) => {
      throw new CliError(EXIT.notFound, `${file} cannot be read`, { cause })
    })
  return { cert: await read(tlsCert), key: await read(tlsKey) }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
  })
}

/** A host that hangs must not keep the process; everything worth keeping is on disk already. */
function endAtLatest(): void {
  setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref()
}
