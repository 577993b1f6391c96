import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { assert, Rig } from '../rig.ts'
import type { Scenario } from '../scenario.ts'
import { smallApp } from '../specs.ts'

const LIBRARY = 'faketime/libfaketimeMT.so.1'

function fakeTimeLibrary(): string | undefined {
  const folders = existsSync('/usr/lib') ? readdirSync('/usr/lib').map((name) => join('/usr/lib', name, LIBRARY)) : []
  return folders.find((path) => existsSync(path))
}

const SHIFTS = ['+3600', '+0', '-3600', '+0'] as const

/** The console's clock is set forth, back, further back and forth again while it runs, and it is started with each. */
const clock: Scenario = {
  name: 'clock-moved',
  title: 'the clock of the console set by an hour, both ways, while it runs and over a restart',
  run: async ({ say }) => {
    const library = fakeTimeLibrary()
    if (library === undefined) return { skipped: 'libfaketime is missing: apt-get install --no-install-recommends faketime' }
    const folder = await mkdtemp(join(tmpdir(), 'spacefort-clock-'))
    const file = join(folder, 'offset')
    await writeFile(file, '+0\n')
    const env = { LD_PRELOAD: library, FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1' }
    try {
      // Certificates of a lab are an hour old at most: over TLS, an hour back they are not valid yet.
      return await Rig.use({ kinds: ['docker-ssh', 'docker-ssh', 'ssh', 'ssh'], env }, async (rig) => {
        await rig.deploy(smallApp('still', { instances: 3 }))
        await rig.deploy(smallApp('front', { instances: 2 }))
        await rig.deploy(smallApp('jobs', { instances: 2, on: 'process' }))
        await rig.settle()
        const before = await rig.bodies('still')
        for (const [index, shift] of SHIFTS.entries()) {
          await writeFile(file, `${shift}\n`)
          await sleep(1500)
          const aheadMs = (await rig.client.system.overview()).now - Date.now()
          assert(Math.abs(aheadMs - Number(shift) * 1000) < 10_000, `the clock did not move: it is ${aheadMs} ms ahead`)
          await rig.scale('front', index % 2 === 0 ? 5 : 2)
          await rig.scale('jobs', index % 2 === 0 ? 4 : 1)
          await rig.settle(40_000)
          await rig.killCore()
          await rig.startCore()
          await rig.deploy(smallApp('front', { instances: rig.wanted.apps.get('front') ?? 2, env: { CHANGE: String(index) } }))
          await rig.settle(40_000)
          say(`${shift} s`)
        }
        const now = await rig.bodies('still')
        assert(
          [...before].every((body) => now.has(body)),
          'an app nobody touched was restarted when the clock moved',
        )
        return { moves: SHIFTS.length, ...(await rig.settle()) }
      })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

export const clockScenarios: readonly Scenario[] = [clock]
