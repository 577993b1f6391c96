import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { engineSocket, type HostState, type LabState } from '../../lab/index.ts'

/** One instance as its host has it, whatever the console thinks. */
export interface Seen {
  host: string
  instance: string
  app: string
  revision: number
  running: boolean
  /** Id of the container, or the number of the process; the same for as long as nobody starts it anew. */
  body: string
}

interface Listed {
  Id: string
  State: string
  Labels: Record<string, string>
}

/**
 * What runs on the hosts, asked of each engine over its own socket and of each host's process table: not over the network, so
 * that hosts which are cut off are seen too, and without anything of the console's own.
 */
export async function seeHosts(lab: LabState): Promise<Seen[]> {
  const seen = await Promise.all(
    lab.hosts
      .filter(({ boot }) => boot !== null)
      .map((host) => (host.kind === 'ssh' ? Promise.resolve(processes(host)) : containers(host))),
  )
  return seen.flat()
}

async function containers(host: HostState): Promise<Seen[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: ['spacefort.instance'] }))
  const list = (await askEngine(host, `/containers/json?all=1&filters=${filters}`)) as Listed[]
  return list.map(({ Id, State, Labels }) => ({
    host: host.name,
    instance: Labels['spacefort.instance'] ?? '',
    app: Labels['spacefort.app'] ?? '',
    revision: Number(Labels['spacefort.revision']),
    running: State === 'running',
    body: Id,
  }))
}

/** One question to a host's engine, over its socket. */
export function askEngine(
  host: HostState,
  path: string,
  { method = 'GET', body }: { method?: 'GET' | 'POST' | 'DELETE'; body?: unknown } = {},
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const options = {
      socketPath: engineSocket(host),
      path,
      method,
      timeout: 30_000,
      agent: false,
      headers: { 'content-type': 'application/json' },
    }
    const call = request(options, (response) => {
      let text = ''
      response.on('data', (data: Buffer) => (text += data.toString()))
      response.on('end', () => {
        if ((response.statusCode ?? 500) < 400) resolve(text === '' ? null : JSON.parse(text))
        else reject(new Error(`${host.name} answered ${method} ${path} with ${response.statusCode}: ${text.trim()}`))
      })
    })
    call.on('timeout', () => call.destroy(new Error(`the engine of ${host.name} does not answer`)))
    call.on('error', reject)
    call.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

/** Processes that carry the id of an instance, found in the process table, and folders that are left of instances. */
function processes(host: HostState): Seen[] {
  const init = host.boot?.init.pid ?? 0
  const living = livingInstances(`/proc/${init}`)
  const root = `/proc/${init}/root/root/.spacefort`
  const installations = existsSync(root) ? readdirSync(root) : []
  const folders = installations.flatMap((name) => {
    const instances = join(root, name, 'instances')
    return existsSync(instances) ? readdirSync(instances).map((id) => ({ id, folder: join(instances, id) })) : []
  })
  const ids = new Set([...living.keys(), ...folders.map(({ id }) => id)])
  return [...ids].map((instance) => {
    const folder = folders.find(({ id }) => id === instance)?.folder
    const leader = living.get(instance)
    return { host: host.name, instance, ...readMeta(folder), running: leader !== undefined, body: leader ?? '' }
  })
}

function readMeta(folder: string | undefined): { app: string; revision: number } {
  try {
    const { app, revision } = JSON.parse(readFileSync(join(folder ?? '', 'meta'), 'utf8')) as { app: string; revision: number }
    return { app, revision }
  } catch {
    // A start that was cut off early has left nothing to read yet.
    return { app: '', revision: 0 }
  }
}

/** The oldest process of each instance in the PID namespace of `of`: its number, and when it began. */
function livingInstances(of: string): Map<string, string> {
  const namespace = readlinkSync(`${of}/ns/pid`)
  const found = new Map<string, { pid: string; born: number }>()
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    try {
      if (readlinkSync(`/proc/${pid}/ns/pid`) !== namespace) continue
      const id = /(?:^|\0)SPACEFORT_INSTANCE=([^\0]+)/.exec(readFileSync(`/proc/${pid}/environ`, 'latin1'))?.[1]
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
      const born = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
      if (id !== undefined && born < (found.get(id)?.born ?? Infinity)) found.set(id, { pid, born })
    } catch {
      // It has ended meanwhile.
    }
  }
  return new Map([...found].map(([id, { pid, born }]) => [id, `${pid}@${born}`]))
}
