import { createReadStream } from 'node:fs'
import { access } from 'node:fs/promises'
import type { Command } from 'commander'
import { addScalingCommands } from './scaling-commands.ts'
import { CliError, defaultDataDir, EXIT, programVersion, wholeNumber, type Cli, type LocalCore } from './cli/index.ts'
import type { ServeSettings } from './serve.ts'

// The core with its databases and drivers is only loaded by the commands that need it: the others start faster.

/** What `backup --data` and `doctor --data` do without a server. */
export const localCore: LocalCore = {
  async doctor(dataDir) {
    const [{ claimDataFolder, Store }, { Artifacts }, { doctor }, { systemClock }] = await Promise.all([
      import('./store/index.ts'),
      import('./apps/index.ts'),
      import('./system/index.ts'),
      import('./base/clock.ts'),
    ])
    await mustExist(dataDir)
    const { files, release } = claimDataFolder(dataDir)
    try {
      const store = await Store.open(files.database)
      const artifacts = new Artifacts({ store, clock: systemClock, dir: files.artifacts, maxBytes: 0 })
      return await doctor({ store, files, artifacts }).finally(() => store.close())
    } finally {
      release()
    }
  },
  async backup(dataDir, withKey) {
    const { createBackup } = await import('./store/index.ts')
    await mustExist(dataDir)
    return createBackup(dataDir, { version: programVersion(), withKey })
  },
}

async function mustExist(path: string): Promise<void> {
  await access(path).catch((cause: unknown) => {
    throw new CliError(EXIT.notFound, `${path}: there is no such file or folder`, { cause })
  })
}

/** Adds the commands that are a core themselves instead of asking one. */
export function addLocalCommands(program: Command, cli: Cli): void {
  addScalingCommands(program, cli)
  const dataDir = defaultDataDir(cli.terminal.env)
  program
    .command('serve')
    .description('be the console: run the core, and offer the API and the screens')
    .option('--data <folder>', 'data folder (default: SPACEFORT_DATA, else the user’s data folder)')
    .option('--host <address>', 'address to listen at; 0.0.0.0 for all', '127.0.0.1')
    .option('--port <number>', 'port to listen at; 0 for any free one', wholeNumber(0, 65_535), 7420)
    .option('--tls-cert <file>', 'certificate (PEM), for https')
    .option('--tls-key <file>', 'its key (PEM)')
    .option('--allow-host <name...>', 'name this console may be called by, besides localhost and its address')
    .action(async (options: Omit<ServeSettings, 'data'> & { data?: string }, command: Command) => {
      const { runServer } = await import('./serve.ts')
      await runServer({ ...options, data: options.data ?? dataDir }, cli.output(command))
    })
  program
    .command('restore')
    .description('make a data folder out of a backup; it is checked completely first')
    .argument('<file>', 'the backup')
    .option('--data <folder>', 'data folder (default: SPACEFORT_DATA, else the user’s data folder)')
    .option('-y, --yes', 'move a folder with data in it aside')
    .action(async (file: string, options: { data?: string; yes?: boolean }, command: Command) => {
      const { restoreBackup } = await import('./store/index.ts')
      await mustExist(file)
      const out = cli.output(command)
      const folder = options.data ?? dataDir
      const restored = await restoreBackup(createReadStream(file), folder, { replace: options.yes === true })
      out.result({ data: folder, ...restored }, () => {
        out.line(`${folder} holds the state of ${restored.manifest.createdAt} (Spacefort ${restored.manifest.version}).`)
        if (restored.movedAside) out.line(`The data that was there is in ${restored.movedAside}.`)
        if (restored.key === 'kept') out.line('The backup has no key; the one that was there is kept.')
        if (restored.key === 'missing')
          out.note('The backup has no key. Put the key file into the folder before the start, else its secrets stay closed.')
      })
    })
}
