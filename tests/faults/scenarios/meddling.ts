import { setTimeout as sleep } from 'node:timers/promises'
import { inHost, type HostState } from '../../../lab/index.ts'
import { askEngine, type Seen } from '../hosts-view.ts'
import { assert, Rig, until } from '../rig.ts'
import type { Scenario } from '../scenario.ts'
import { FOREVER, smallApp } from '../specs.ts'
import { deployBase } from './network.ts'

const imageMissing: Scenario = {
  name: 'image-missing',
  title: 'an app wants an image that no host has and no registry gives; later it wants one that is there',
  run: () =>
    Rig.use({}, async (rig) => {
      await deployBase(rig)
      const before = await rig.bodies()
      await rig.client.apps.apply({ name: 'ghost', spec: smallApp('ghost', { instances: 3, image: '127.0.0.1:9/nobody/nothing:1' }) })
      await until(
        async () => (await rig.client.apps.get({ name: 'ghost' })).statusMessage.includes('nothing:1'),
        30_000,
        'the app does not say what is missing',
      )
      await sleep(4000)
      const now = await rig.bodies()
      assert(now.size === before.size && [...before].every((body) => now.has(body)), 'a missing image disturbed other apps')
      await rig.deploy(smallApp('ghost', { instances: 3 }))
      return { ...(await rig.settle()) }
    }),
}

const PORT = 8080

const portTaken: Scenario = {
  name: 'port-taken',
  title: 'strangers listen on the ports an app wants, on two hosts of three',
  run: () =>
    Rig.use({ kinds: ['docker-tls', 'docker-tls', 'docker-ssh', 'ssh'] }, async (rig) => {
      await deployBase(rig)
      const listen = `(while :; do busybox nc -l -p ${PORT}; done) > /dev/null 2>&1 < /dev/null &`
      for (const host of ['flt1', 'flt2']) await inHost(host, listen, { dir: rig.labDir })
      await rig.deploy(smallApp('web', { instances: 4, ports: [{ name: 'http', container: 80, host: `${PORT}-${PORT + 1}` }] }))
      const facts = await rig.settle()
      const failed = (await rig.client.events.list({ kind: 'instance.failed', limit: 1000 })).items
      const texts = failed.map(({ data }) => String(data.message))
      assert(
        texts.every((text) => text.includes(String(PORT))),
        `a failure that does not name the port: ${texts.join(' | ')}`,
      )
      return { refusedStarts: failed.length, ...facts }
    }),
}

async function removeByHand(rig: Rig, app: string, count: number): Promise<void> {
  const victims = (await rig.seen()).filter((item) => item.running && item.app === app).slice(0, count)
  for (const victim of victims) {
    const host = rig.lab.state.hosts.find(({ name }) => name === victim.host)!
    if (host.kind !== 'ssh') await askEngine(host, `/containers/${victim.body}?force=true`, { method: 'DELETE' })
    // Its session, and with it the whole instance; the folder as well, so that nothing tells of it any more.
    else await inHost(host.name, killScript(victim), { dir: rig.labDir })
  }
}

function killScript({ instance }: Seen): string {
  return `for dir in /root/.spacefort/*/instances/${instance}; do read -r pid rest < "$dir/pid"; kill -KILL -"$pid"; sleep 0.3; rm -rf "$dir"; done`
}

const removedByHand: Scenario = {
  name: 'removed-by-hand',
  title: 'containers and processes removed on their hosts by somebody else, while idle, while scaled, and while the core is down',
  run: () =>
    Rig.use({}, async (rig) => {
      await deployBase(rig)
      await removeByHand(rig, 'front', 2)
      await removeByHand(rig, 'jobs', 1)
      await rig.settle()
      await rig.scale('front', 8)
      await removeByHand(rig, 'front', 3)
      await rig.settle()
      await rig.killCore()
      await removeByHand(rig, 'front', 2)
      await removeByHand(rig, 'jobs', 2)
      await rig.startCore()
      return { removed: 10, ...(await rig.settle()) }
    }),
}

interface Inspected {
  Name: string
  Config: { Labels: Record<string, string> }
}

/** Docker changes no label of a container that is there: somebody who wants to has to make it anew. */
async function remake(
  host: HostState,
  victim: Seen,
  change: { labels: Record<string, string | null>; name?: string; keep?: boolean },
): Promise<string> {
  const { Name, Config } = (await askEngine(host, `/containers/${victim.body}/json`)) as Inspected
  const labels = Object.entries({ ...Config.Labels, ...change.labels }).filter(([, value]) => value !== null)
  if (!change.keep) await askEngine(host, `/containers/${victim.body}?force=true`, { method: 'DELETE' })
  const body = { Image: 'busybox:lab', Cmd: ['sh', '-c', FOREVER], Labels: Object.fromEntries(labels) }
  const made = (await askEngine(host, `/containers/create?name=${change.name ?? Name.slice(1)}`, { method: 'POST', body })) as {
    Id: string
  }
  await askEngine(host, `/containers/${made.Id}/start`, { method: 'POST' })
  return made.Id
}

const labelsTampered: Scenario = {
  name: 'labels-tampered',
  title: 'containers made anew by hand with other labels, or copied with the same ones under another name',
  run: () =>
    Rig.use({ kinds: ['docker-tls', 'docker-tls', 'docker-ssh'] }, async (rig) => {
      for (const { name } of rig.lab.state.hosts) rig.forgetful.add(name)
      await deployBase(rig)
      const victims = (await rig.seen()).filter(({ app }) => app === 'front')
      const hostOf = ({ host }: Seen) => rig.lab.state.hosts.find(({ name }) => name === host)!
      const [ports, id, app, copy, stranger] = victims
      assert(
        stranger !== undefined && ports !== undefined && id !== undefined && app !== undefined && copy !== undefined,
        'five instances run',
      )
      await remake(hostOf(ports), ports, { labels: { 'spacefort.ports': '{"no": ["ports"' } })
      await remake(hostOf(id), id, { labels: { 'spacefort.instance': 'front-0000000000' } })
      await remake(hostOf(app), app, { labels: { 'spacefort.app': 'somebody-elses' } })
      await remake(hostOf(copy), copy, { labels: {}, name: 'a-copy', keep: true })
      const theirs = await remake(hostOf(stranger), stranger, { labels: { 'spacefort.installation': null, 'spacefort.instance': null } })
      await sleep(3000)
      const facts = await rig.settle()
      const answer = (await askEngine(hostOf(stranger), `/containers/${theirs}/json`)) as { State: { Running: boolean } }
      assert(answer.State.Running, 'a container without the labels of this console was touched')
      return { tampered: 5, ...facts }
    }),
}

export const meddlingScenarios: readonly Scenario[] = [imageMissing, portTaken, removedByHand, labelsTampered]
