import { existsSync } from 'node:fs'
import type { Plan, PlannedHost } from './plan.ts'
import { run } from './run.ts'

export interface Slowness {
  delayMs: number
  lossPercent: number
}

/** Refuses to build over somebody else's bridge or namespaces. */
export async function assertNetworkFree(plan: Plan): Promise<void> {
  const taken = [`/sys/class/net/${plan.bridge}`, ...plan.hosts.map((host) => `/run/netns/${host.name}`)].find((path) => existsSync(path))
  if (!taken) return
  throw new Error(
    `${taken} exists already, and not from this lab. If it is the remains of another one, take that down with "down --dir …"; else use another --prefix and --subnet`,
  )
}

/** A bridge with an address, and for each host a namespace with one interface, its address and a route to the bridge. */
export async function buildNetwork(plan: Plan): Promise<void> {
  const lines = [`link add ${plan.bridge} type bridge`, `addr add ${plan.gateway}/24 dev ${plan.bridge}`, `link set ${plan.bridge} up`]
  for (const { name } of plan.hosts)
    lines.push(`netns add ${name}`, `link add ${name} type veth peer name eth0 netns ${name}`, `link set ${name} master ${plan.bridge} up`)
  await run('ip', ['-batch', '-'], `${lines.join('\n')}\n`)
  for (const { name, address } of plan.hosts) {
    const inside = ['link set lo up', `addr add ${address}/24 dev eth0`, 'link set eth0 up', `route add default via ${plan.gateway}`]
    await run('ip', ['-n', name, '-batch', '-'], `${inside.join('\n')}\n`)
  }
  await run('iptables', ['-w', '-I', ...betweenHosts(plan)])
}

/**
 * With a Docker Engine on this machine, traffic over any bridge passes its firewall, which drops what it does not know.
 * One rule for this bridge, rather than the switch that would change it for every bridge.
 */
function betweenHosts({ bridge }: Plan): string[] {
  return ['FORWARD', '-i', bridge, '-o', bridge, '-m', 'comment', '--comment', 'spacefort lab', '-j', 'ACCEPT']
}

/** Removes what `buildNetwork` made; whatever is gone already is no failure. */
export async function removeNetwork(plan: Plan): Promise<void> {
  for (const { name } of plan.hosts) {
    if (existsSync(`/sys/class/net/${name}`)) await run('ip', ['link', 'del', name])
    if (existsSync(`/run/netns/${name}`)) await run('ip', ['netns', 'del', name])
  }
  if (existsSync(`/sys/class/net/${plan.bridge}`)) await run('ip', ['link', 'del', plan.bridge])
  const allowed = await run('iptables', ['-w', '-S', 'FORWARD'])
  if (allowed.includes(`-i ${plan.bridge} -o ${plan.bridge} `)) await run('iptables', ['-w', '-D', ...betweenHosts(plan)])
}

export async function setLink(host: PlannedHost, direction: 'up' | 'down'): Promise<void> {
  await run('ip', ['link', 'set', host.name, direction])
}

/** Delays and drops packets in both directions; resolves to false where the kernel has no netem. */
export async function slowLink(host: PlannedHost, slowness: Slowness): Promise<boolean> {
  const netem = ['netem', 'delay', `${slowness.delayMs}ms`, 'loss', `${slowness.lossPercent}%`]
  try {
    await run('tc', ['qdisc', 'replace', 'dev', host.name, 'root', ...netem])
  } catch (error) {
    if (/kind is unknown|No such file/.test(String(error))) return false
    throw error
  }
  await run('tc', ['-n', host.name, 'qdisc', 'replace', 'dev', 'eth0', 'root', ...netem])
  return true
}

/** Drops packets in both directions where there is no netem; the mangle table also sees what goes on to containers. */
export async function dropPackets(host: PlannedHost, lossPercent: number): Promise<void> {
  const chance = ['-m', 'statistic', '--mode', 'random', '--probability', String(lossPercent / 100), '-j', 'DROP']
  const mangle = (...args: string[]) => run('nsenter', [`--net=/run/netns/${host.name}`, 'iptables', '-w', '-t', 'mangle', ...args])
  await mangle('-F', 'PREROUTING')
  await mangle('-F', 'POSTROUTING')
  if (lossPercent === 0) return
  await mangle('-A', 'PREROUTING', '-i', 'eth0', ...chance)
  await mangle('-A', 'POSTROUTING', '-o', 'eth0', ...chance)
}

export async function clearLink(host: PlannedHost): Promise<void> {
  const remove = async (args: string[]) => {
    if ((await run('tc', [...args, 'qdisc', 'show', ...device(args, host)])).includes('netem'))
      await run('tc', [...args, 'qdisc', 'del', ...device(args, host), 'root'])
  }
  await remove([])
  await remove(['-n', host.name])
  await dropPackets(host, 0)
}

function device(args: readonly string[], host: PlannedHost): string[] {
  return ['dev', args.length > 0 ? 'eth0' : host.name]
}
