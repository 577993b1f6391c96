import { Command } from 'commander'
import { addToConsole, consoleAccess } from './console.ts'
import { fast, heal, kill, labDown, labStatus, labUp, partition, revive, slow, type HostState } from './index.ts'
import { parseKinds } from './plan.ts'
import { statusTable } from './status.ts'

interface UpFlags {
  hosts?: string
  kinds?: string
  core?: string
  prefix?: string
  subnet?: string
}

const program = new Command('lab')
  .description('Real hosts on one machine, to train and to test on')
  .option('--dir <folder>', 'folder of the lab (default: SPACEFORT_LAB_DIR, else /var/lib/spacefort-lab)')
  .showHelpAfterError()

const dir = (): string | undefined => program.opts<{ dir?: string }>().dir

program
  .command('up')
  .description('start the hosts; with a console given, add them to it')
  .option('--hosts <n>', 'how many', '4')
  .option('--kinds <list>', 'kinds in order, repeated as needed: docker-tls, docker-ssh, ssh')
  .option('--core <url>', 'console to add the hosts to (default: SPACEFORT_URL); the token comes from SPACEFORT_TOKEN')
  .option('--prefix <letters>', 'start of every name', 'lab')
  .option('--subnet <numbers>', 'first three numbers of the network', '10.77.0')
  .action(async (flags: UpFlags) => {
    const access = consoleAccess(flags.core)
    const startedAt = performance.now()
    const lab = await labUp({
      dir: dir(),
      hosts: Number(flags.hosts),
      kinds: flags.kinds === undefined ? undefined : parseKinds(flags.kinds),
      prefix: flags.prefix,
      subnet: flags.subnet,
      onStep: (step) => console.error(`… ${step}`),
    })
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0)
    if (lab.started) console.log(`The lab is up: ${lab.state.hosts.length} hosts in ${seconds} s.`)
    else console.log(`The lab is up already, since ${lab.state.createdAt}, with ${lab.state.hosts.length} hosts.`)
    console.log(statusTable(await labStatus({ dir: dir() })))
    if (!access) {
      console.log(`Add the hosts to a console with: npx spacefort host import -f ${lab.inventoryPath}`)
      return
    }
    const { added, renewed } = await addToConsole(lab.inventoryPath, access)
    console.log(`The console at ${access.url} has them: ${added} added, ${renewed} renewed.`)
  })

program
  .command('down')
  .description('remove the lab and everything in it')
  .action(async () => {
    console.log((await labDown({ dir: dir() })) ? 'The lab is gone.' : 'No lab was up.')
  })

program
  .command('status')
  .description('show the hosts')
  .option('--json', 'as JSON')
  .action(async (flags: { json?: boolean }) => {
    const status = await labStatus({ dir: dir() })
    console.log(flags.json ? JSON.stringify(status, null, 2) : statusTable(status))
  })

function fault(
  name: string,
  description: string,
  apply: (host: string, options: { dir?: string | undefined }) => Promise<HostState>,
): void {
  program
    .command(`${name} <host>`)
    .description(description)
    .action(async (host: string) => {
      await apply(host, { dir: dir() })
      console.log(statusTable(await labStatus({ dir: dir() })))
    })
}

fault('partition', 'cut a host off; it goes on running', partition)
fault('heal', 'end a partition', heal)
fault('kill', 'lose a host, as in a power cut', kill)
fault('revive', 'start a killed host again', revive)
fault('fast', 'end slowness', fast)

program
  .command('slow <host>')
  .description('delay a host and lose some of its packets')
  .option('--delay <ms>', 'delay each way', '200')
  .option('--loss <percent>', 'packets lost each way', '0')
  .action(async (name: string, flags: { delay: string; loss: string }) => {
    const host = await slow(name, { dir: dir(), delayMs: Number(flags.delay), lossPercent: Number(flags.loss) })
    if (host.slow?.by === 'freezer')
      console.error('This kernel cannot delay packets (no netem): the host stands still again and again instead.')
    console.log(statusTable(await labStatus({ dir: dir() })))
  })

try {
  await program.parseAsync()
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
