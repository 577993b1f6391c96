import { setTimeout as sleep } from 'node:timers/promises'
import { changeHostKey, cutSsh, restartSsh } from '../../../lab/index.ts'
import { inventoryOf, through } from '../inventory.ts'
import { BadLink } from '../proxies.ts'
import { assert, Rig, until } from '../rig.ts'
import type { Scenario } from '../scenario.ts'
import { smallApp } from '../specs.ts'

const SSH_KINDS = ['docker-ssh', 'docker-ssh', 'ssh', 'ssh'] as const

async function deployOverSsh(rig: Rig): Promise<void> {
  await rig.deploy(smallApp('front', { instances: 2 }))
  await rig.deploy(smallApp('jobs', { instances: 2, on: 'process' }))
  await rig.settle()
}

const CUTS = 9

const sshCut: Scenario = {
  name: 'ssh-cut',
  title: 'SSH sessions cut, and SSH servers restarted, in the middle of starts and stops',
  run: ({ random, say }) =>
    Rig.use({ kinds: [...SSH_KINDS] }, async (rig) => {
      await deployOverSsh(rig)
      for (let round = 0; round < CUTS; round += 1) {
        const many = round % 2 === 0
        await rig.scale('front', many ? 7 : 2)
        await rig.scale('jobs', many ? 6 : 1)
        await sleep(random.below(900))
        const cut = round % 3 === 2 ? restartSsh : cutSsh
        await Promise.all(rig.lab.state.hosts.map(({ name }) => cut(name, { dir: rig.labDir })))
        await rig.settle()
        say(`${round + 1}/${CUTS}`)
      }
      return { cuts: CUTS * rig.lab.state.hosts.length, ...(await rig.settle()) }
    }),
}

const badLink: Scenario = {
  name: 'bad-link',
  title: 'SSH hosts behind a link of 150 ms there and back that breaks every few seconds, made in user space',
  run: ({ random }) =>
    Rig.use({ kinds: [...SSH_KINDS], addHosts: false }, async (rig) => {
      const inventory = await inventoryOf(rig.lab)
      const links = await Promise.all(rig.lab.state.hosts.map(({ address }) => BadLink.open({ host: address, port: 22 }, random)))
      try {
        for (const [index, { name }] of rig.lab.state.hosts.entries()) {
          await rig.client.hosts.add(through(inventory.get(name)!, links[index]!.port))
          await rig.hostIs(name, 'ready')
        }
        await deployOverSsh(rig)
        for (const link of links) link.delayMs = 60
        for (let round = 0; round < 10; round += 1) {
          await rig.scale('front', 1 + random.below(7))
          await rig.scale('jobs', 1 + random.below(5))
          await sleep(1000 + random.below(4000))
          for (const link of links) if (random.chance(0.6)) link.breakAll()
        }
        await rig.settle(120_000)
        for (const link of links) link.delayMs = 0
        return { broken: links.reduce((sum, { broken }) => sum + broken, 0), ...(await rig.settle()) }
      } finally {
        for (const link of links) link.close()
      }
    }),
}

const hostKey: Scenario = {
  name: 'host-key-changed',
  title: 'a host shows another SSH key: nothing is sent to it until a person trusts the key',
  run: () =>
    Rig.use({ kinds: [...SSH_KINDS] }, async (rig) => {
      await deployOverSsh(rig)
      for (const host of ['flt1', 'flt3']) {
        const before = await rig.bodies()
        await changeHostKey(host, { dir: rig.labDir })
        await rig.hostIs(host, 'blocked')
        const [app, count] = host === 'flt1' ? (['front', 4] as const) : (['jobs', 4] as const)
        await rig.scale(app, count)
        const elsewhere = async () => (await rig.seen()).filter((item) => item.running && item.app === app && item.host !== host).length
        await until(async () => (await elsewhere()) === count, 40_000, `${app} is not replaced elsewhere`)
        const there = [...before].filter((body) => body.startsWith(`${host}/`))
        const now = await rig.bodies()
        assert(
          there.every((body) => now.has(body)),
          `something was done on ${host} although its key is not trusted`,
        )
        const { offeredHostKey } = await rig.client.hosts.get({ name: host })
        await rig.client.hosts.trustKey({ name: host, hostKey: offeredHostKey ?? '' })
        await rig.hostIs(host, 'ready')
        await rig.settle()
      }
      return { keysChanged: 2, ...(await rig.settle()) }
    }),
}

export const sshScenarios: readonly Scenario[] = [sshCut, badLink, hostKey]
