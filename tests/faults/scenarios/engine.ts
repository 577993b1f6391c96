import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { engineSocket, hangEngine, restartEngine, wakeEngine } from '../../../lab/index.ts'
import { inventoryOf } from '../inventory.ts'
import { FailingEngine, type EngineMode } from '../proxies.ts'
import { Rig } from '../rig.ts'
import type { Scenario } from '../scenario.ts'
import { smallApp } from '../specs.ts'
import { deployBase } from './network.ts'

const engineRestarted: Scenario = {
  name: 'engine-restarted',
  title: 'an engine stopped and one killed, each started again, in the middle of a scale-up; containers end with their engine',
  run: ({ random }) =>
    Rig.use({}, async (rig) => {
      rig.forgetful.add('flt1').add('flt3')
      await deployBase(rig)
      for (const [host, signal] of [
        ['flt1', 'TERM'],
        ['flt3', 'KILL'],
      ] as const) {
        await rig.scale('front', rig.wanted.apps.get('front') === 5 ? 8 : 5)
        await sleep(random.below(600))
        await restartEngine(host, { dir: rig.labDir, signal })
        await rig.hostIs(host, 'ready')
        await rig.settle()
      }
      return { restarts: 2, ...(await rig.settle()) }
    }),
}

const engineHung: Scenario = {
  name: 'engine-hung',
  title: 'an engine stands still (SIGSTOP) in the middle of a scale-up, and goes on 15 s later',
  run: ({ random }) =>
    Rig.use({}, async (rig) => {
      await deployBase(rig)
      for (const host of ['flt1', 'flt3']) {
        await rig.scale('front', rig.wanted.apps.get('front') === 5 ? 8 : 5)
        await sleep(random.below(600))
        await hangEngine(host, { dir: rig.labDir })
        await rig.hostIs(host, 'unreachable')
        await sleep(8000)
        await wakeEngine(host, { dir: rig.labDir })
        await rig.hostIs(host, 'ready')
        await rig.settle()
      }
      return { hangs: 2, ...(await rig.settle()) }
    }),
}

const MODES: readonly EngineMode[] = ['fail', 'fail-changes', 'fail-late', 'start-late']

const engine500: Scenario = {
  name: 'engine-500',
  title: 'an engine answers 500: to everything, to every change, and after having made the change or the start',
  run: ({ say }) =>
    Rig.use({ kinds: ['docker-tls', 'docker-tls'], addHosts: false }, async (rig) => {
      const inventory = await inventoryOf(rig.lab)
      const path = join(rig.dir, 'engine.sock')
      const proxy = await FailingEngine.open(path, engineSocket(rig.lab.state.hosts[0]!))
      try {
        await rig.client.hosts.add({ ...inventory.get('flt1')!, connection: { kind: 'docker-socket', path } })
        await rig.client.hosts.add(inventory.get('flt2')!)
        for (const name of ['flt1', 'flt2']) await rig.hostIs(name, 'ready')
        await deployBase(rig)
        for (const mode of MODES) {
          proxy.mode = mode
          await rig.scale('front', 8)
          await sleep(2000)
          await rig.scale('front', 4)
          await rig.deploy(smallApp(`during-${mode}`, { instances: 2 }))
          await sleep(8000)
          proxy.mode = 'pass'
          await rig.hostIs('flt1', 'ready')
          await rig.settle().catch((error: unknown) => {
            throw new Error(`after ${mode}:\n${error instanceof Error ? error.message : String(error)}`)
          })
          say(mode)
        }
        return { failures: proxy.failures, ...(await rig.settle()) }
      } finally {
        proxy.close()
      }
    }),
}

export const engineScenarios: readonly Scenario[] = [engineRestarted, engineHung, engine500]
