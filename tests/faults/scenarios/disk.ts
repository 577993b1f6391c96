import { setTimeout as sleep } from 'node:timers/promises'
import { ORPCError } from '../../../core/contract/client.ts'
import { fillDisk, freeDisk, inHost } from '../../../lab/index.ts'
import { fillFolder, freeFolder } from '../disk.ts'
import { askEngine } from '../hosts-view.ts'
import { assert, Rig, until } from '../rig.ts'
import type { Figures, Scenario } from '../scenario.ts'
import { FOREVER, smallApp } from '../specs.ts'
import { deployBase } from './network.ts'

/** Asks for changes while the store cannot take them: each must be done, or refused as what it is. */
async function askWhileFull(rig: Rig): Promise<{ refused: number; taken: number }> {
  const counted = { refused: 0, taken: 0 }
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const count = 3 + (attempt % 4)
    try {
      await rig.scale('front', count)
      counted.taken += 1
    } catch (error) {
      const code = error instanceof ORPCError ? String(error.code) : String(error)
      assert(code === 'STORE_UNAVAILABLE', `a change on a full disk was refused as ${code} instead of STORE_UNAVAILABLE`)
      counted.refused += 1
    }
  }
  return counted
}

const database: Scenario = {
  name: 'disk-full-database',
  title: 'the disk under the database fills up while apps are scaled; an instance ends and the core is killed and started meanwhile',
  run: () =>
    Rig.use({ kinds: ['docker-tls', 'docker-ssh', 'ssh'], dataMegabytes: 12 }, async (rig) => {
      await deployBase(rig)
      await fillFolder(rig.dataDir)
      const counted = await askWhileFull(rig)
      assert(counted.refused > 0, 'the disk is full, and every change was taken')
      const back = (await rig.seen()).find((item) => item.running && item.app === 'back' && item.host === 'flt1')
      assert(back !== undefined, 'nothing of the app "back" runs on flt1')
      await askEngine(rig.lab.state.hosts[0]!, `/containers/${back.body}?force=true`, { method: 'DELETE' })
      await sleep(2000)
      await rig.killCore()
      const core = rig.launch()
      const start = await Promise.race([core.ready().then(() => 'started'), core.ended().then(({ said }) => said)])
      assert(start === 'started' || /no room left/.test(start), `the core does not say that the disk is full: ${start.slice(-500)}`)
      await core.kill()
      await freeFolder(rig.dataDir)
      await rig.startCore()
      await rig.settle()
      await rig.scale('front', 6)
      return { ...counted, startOnFullDisk: start === 'started' ? 'starts' : 'refuses', ...(await rig.settle()) }
    }),
}

const LIMITED = { kinds: ['docker-tls', 'docker-tls', 'docker-ssh', 'ssh'], diskMegabytes: 64 } as const

const engine: Scenario = {
  name: 'disk-full-engine',
  title: 'the disk fills up under one engine, then under all hosts, while apps are deployed',
  run: () =>
    Rig.use({ ...LIMITED, kinds: [...LIMITED.kinds] }, async (rig) => {
      await deployBase(rig)
      const before = await rig.bodies()
      await fillDisk('flt1', { dir: rig.labDir })
      await rig.deploy(smallApp('late', { instances: 6 }))
      const facts = await rig.settle()
      const spread = (await rig.seen()).filter((item) => item.running && item.app === 'late' && item.host === 'flt1').length
      const names = rig.lab.state.hosts.map(({ name }) => name)
      for (const name of names.slice(1)) await fillDisk(name, { dir: rig.labDir })
      await rig.deploy(smallApp('later', { instances: 2 }))
      await rig.deploy(smallApp('later-jobs', { instances: 2, on: 'process' }))
      await sleep(10_000)
      const said = (await rig.client.apps.get({ name: 'later' })).statusMessage
      const now = await rig.bodies()
      assert(
        [...before].every((body) => now.has(body)),
        'a full disk ended instances that ran',
      )
      for (const name of names) await freeDisk(name, { dir: rig.labDir })
      return { ...facts, startedOnFullDisk: spread, said: said.slice(0, 160), ...(await rig.settle(180_000)) } satisfies Figures
    }),
}

// What processes write to a disk made of memory counts as their own memory.
const CHATTER = `trap 'exit 0' TERM; while :; do head -c 300000 /dev/zero | tr '\\0' x | fold -w 1000; sleep 0.1 & wait $!; done`

const logs: Scenario = {
  name: 'disk-full-logs',
  title: 'instances write so much output that the disks of their hosts are full; others on these hosts go on',
  run: ({ say }) =>
    Rig.use({ ...LIMITED, kinds: ['docker-tls', 'docker-ssh', 'ssh'], diskMegabytes: 32 }, async (rig) => {
      await deployBase(rig)
      const quiet = await rig.bodies()
      await rig.deploy(smallApp('chatty', { instances: 4, command: ['sh', '-c', CHATTER] }))
      await rig.deploy(
        smallApp('chatty-jobs', {
          instances: 2,
          on: 'process',
          command: ['sh', '-c', CHATTER],
          resources: { cpu: '20m', memory: '128Mi' },
        }),
      )
      const freeBytes = async (name: string) =>
        Number((await inHost(name, 'df -P -B1 /run/disk', { dir: rig.labDir })).trim().split('\n').at(-1)?.split(/\s+/)[3])
      const least = new Map<string, number>()
      for (const end = Date.now() + 45_000; Date.now() < end;) {
        for (const { name } of rig.lab.state.hosts) least.set(name, Math.min(least.get(name) ?? Infinity, await freeBytes(name)))
        await sleep(500)
      }
      say(`least free: ${[...least].map(([name, bytes]) => `${name} ${Math.round(bytes / 1024)} KiB`).join(', ')}`)
      const now = await rig.bodies()
      assert(
        [...quiet].every((body) => now.has(body)),
        'full logs ended instances of others',
      )
      await until(
        async () => (await rig.seen()).filter((item) => item.running && item.app.startsWith('chatty')).length === 6,
        40_000,
        'those who write do not run',
      )
      await rig.deploy(smallApp('chatty', { instances: 1, command: ['sh', '-c', FOREVER] }))
      await rig.remove('chatty-jobs')
      await rig.settle()
      await rig.scale('jobs', 5)
      await rig.scale('front', 7)
      const facts = await rig.settle()
      return { leastFreeBytes: Math.min(...least.values()), ...facts }
    }),
}

export const diskScenarios: readonly Scenario[] = [database, engine, logs]
