import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { HostInput } from '../../core/contract/index.ts'
import { fast, heal, kill, labDown, labMissing, labStatus, labUp, partition, revive, slow, type Lab } from '../../lab/index.ts'

const run = promisify(execFile)
const missing = labMissing()
if (missing.length > 0) {
  if (process.env.CI === 'true') throw new Error(`the lab tests cannot run, and CI may not skip them: ${missing.join('; ')}`)
  console.warn(`\nSKIPPED, all lab tests: ${missing.join('; ')}\n`)
}

// Names and addresses of its own, so that a lab which is in use on this machine is left alone.
const PREFIX = 'labt'
const PLACE = { prefix: PREFIX, subnet: '10.79.77', kinds: ['docker-tls', 'ssh', 'ssh'] as const }
const SHOP_PORT = 18080

describe.skipIf(missing.length > 0)('lab', () => {
  let dir: string
  let lab: Lab
  let hosts: HostInput[]

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'spacefort-lab-'))
    lab = await labUp({ dir, ...PLACE })
    hosts = (parse(await readFile(lab.inventoryPath, 'utf8')) as unknown[]).map((host) => HostInput.parse(host))
  })

  afterAll(async () => {
    await labDown({ dir })
    await rm(dir, { recursive: true, force: true })
  })

  const engine = (method: string, path: string, options: { body?: unknown; anonymous?: boolean } = {}) => {
    const connection = hosts[0]!.connection
    if (connection.kind !== 'docker-tls') throw new Error('the first host has an engine over TLS')
    const { address: host, port, ca, cert, key } = connection
    const identity = options.anonymous ? { ca } : { ca, cert, key }
    const headers = { 'content-type': 'application/json' }
    return new Promise<{ status: number; body: string }>((resolve, reject) => {
      const call = request({ host, port, method, path, headers, timeout: 2000, agent: false, ...identity }, (response) => {
        let text = ''
        response.on('data', (data: Buffer) => (text += data.toString()))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }))
      })
      call.on('timeout', () => call.destroy(new Error('timeout')))
      call.on('error', reject)
      call.end(options.body === undefined ? undefined : JSON.stringify(options.body))
    })
  }

  const ssh = async (name: string, command: string): Promise<string> => {
    const address = lab.state.hosts.find((host) => host.name === name)!.address
    const known = join(dir, 'known_hosts')
    await writeFile(known, `${address} ${await readFile(join(dir, 'hosts', name, 'ssh_host_key.pub'), 'utf8')}`)
    const options = [`UserKnownHostsFile=${known}`, 'StrictHostKeyChecking=yes', 'BatchMode=yes', 'ConnectTimeout=3'].flatMap((option) => [
      '-o',
      option,
    ])
    return (await run('ssh', ['-i', join(dir, 'ssh_key'), ...options, `root@${address}`, command])).stdout.trim()
  }

  const shop = (path = '/api/stock') => fetch(`http://10.79.77.11:${SHOP_PORT}${path}`, { signal: AbortSignal.timeout(2000) })

  const startedAt = async () =>
    (JSON.parse((await engine('GET', '/containers/shop/json')).body) as { State: { StartedAt: string } }).State.StartedAt

  it('is up, keeps its keys to itself, and says so when it is started again', async () => {
    const status = await labStatus({ dir })
    expect(status.hosts.map(({ kind, power, answers }) => [kind, power, answers])).toEqual(
      PLACE.kinds.map((kind) => [kind, 'running', true]),
    )
    expect((await stat(lab.inventoryPath)).mode & 0o777).toBe(0o600)
    expect((await stat(dir)).mode & 0o777).toBe(0o700)
    expect((await labUp({ dir, ...PLACE })).started).toBe(false)
  })

  it('has engines with the images, which take no one without a client certificate', async () => {
    const images = JSON.parse((await engine('GET', '/images/json')).body) as { RepoTags: string[] }[]
    expect(images.flatMap((image) => image.RepoTags).sort()).toEqual(['busybox:lab', 'spacefort/shop:1', 'spacefort/shop:2'])
    await expect(engine('GET', '/_ping', { anonymous: true })).rejects.toThrow(/alert (bad )?certificate|ECONNRESET|socket hang up/)
  })

  it('runs the shop in a container that this machine can reach', async () => {
    const config = {
      Image: 'spacefort/shop:2',
      HostConfig: { PortBindings: { '8080/tcp': [{ HostPort: String(SHOP_PORT) }] }, Memory: 128 * 1024 * 1024 },
    }
    expect((await engine('POST', '/containers/create?name=shop', { body: config })).status).toBe(201)
    expect((await engine('POST', '/containers/shop/start')).status).toBe(204)
    await expect.poll(async () => (await shop().catch(() => undefined))?.status, { timeout: 10_000 }).toBe(200)
    expect(await (await shop()).json()).toMatchObject({ version: '2.0.0' })
  })

  it('cuts a host off and heals it; what ran goes on running', async () => {
    const before = await startedAt()
    await partition('labt1', { dir })
    await expect(shop()).rejects.toThrow()
    expect((await labStatus({ dir })).hosts[0]).toMatchObject({ power: 'running', partitioned: true, answers: false })
    await heal('labt1', { dir })
    await expect.poll(async () => (await shop().catch(() => undefined))?.status, { timeout: 10_000 }).toBe(200)
    expect(await startedAt()).toBe(before)
  })

  it('slows a host down and lets it go again', async () => {
    const slowest = async () => {
      let worstMs = 0
      for (let attempt = 0; attempt < 20; attempt += 1) {
        const askedAt = performance.now()
        await shop()
        worstMs = Math.max(worstMs, performance.now() - askedAt)
        await new Promise((resolve) => setTimeout(resolve, 13))
      }
      return worstMs
    }
    const host = await slow('labt1', { dir, delayMs: 300 })
    expect(['netem', 'freezer']).toContain(host.slow?.by)
    expect(await slowest()).toBeGreaterThan(150)
    await fast('labt1', { dir })
    expect((await labStatus({ dir })).hosts[0]).toMatchObject({ slow: null, answers: true })
    await expect(slow('labt1', { dir, delayMs: 1e6 })).rejects.toThrow('1 to 5000 ms')
  })

  it('has process hosts that see nothing of each other', async () => {
    await ssh('labt2', 'echo mine > ~/note; echo mine > /tmp/note; (sleep 987 > /dev/null 2>&1 &)')
    expect(await ssh('labt2', 'hostname; cat ~/note; ps -e -o args | grep -c "[s]leep 987"')).toBe('labt2\nmine\n1')
    expect(await ssh('labt3', 'hostname; ls ~ /tmp | grep -c note; ps -e -o args | grep -c "[s]leep 987"; node -v; true')).toBe(
      `labt3\n0\n0\n${process.version}`,
    )
  })

  it('loses a host with everything on it but its disk, and brings it back', async () => {
    await kill('labt2', { dir })
    await expect(ssh('labt2', 'true')).rejects.toThrow()
    expect(await processesWith('sleep 987')).toEqual([])
    expect((await labStatus({ dir })).hosts[1]).toMatchObject({ power: 'lost', answers: false })
    await revive('labt2', { dir })
    expect(await ssh('labt2', 'cat ~/note; ls /tmp; ps -e -o args | grep -c "[s]leep 987"; true')).toBe('mine\n0')
    await expect(revive('labt2', { dir })).rejects.toThrow('is running')
  })

  it('loses two hosts at the same time and remembers both', async () => {
    await Promise.all(['labt2', 'labt3'].map((name) => partition(name, { dir })))
    expect((await labStatus({ dir })).hosts.map((host) => host.partitioned)).toEqual([false, true, true])
    await Promise.all(['labt2', 'labt3'].map((name) => heal(name, { dir })))
    await expect(partition('lab9', { dir })).rejects.toThrow('its hosts are labt1, labt2, labt3')
  })

  it('does not build over somebody else’s network', async () => {
    const other = join(dir, 'other')
    await expect(labUp({ dir: other, ...PLACE })).rejects.toThrow('exists already, and not from this lab')
    expect(existsSync(other)).toBe(false)
    expect((await labStatus({ dir })).hosts[0]?.answers).toBe(true)
  })

  it('leaves nothing behind', async () => {
    expect(await labDown({ dir })).toBe(true)
    expect(existsSync(dir)).toBe(false)
    expect((await run('ip', ['netns', 'list'])).stdout).not.toContain(PREFIX)
    expect((await run('ip', ['-o', 'link'])).stdout).not.toContain(PREFIX)
    const mounts = await readFile('/proc/mounts', 'utf8')
    expect(mounts).not.toContain(PREFIX)
    expect(mounts).not.toContain(dir)
    expect(await processesWith(dir)).toEqual([])
    expect(await processesWith(`${PREFIX}1`)).toEqual([])
    expect((await run('iptables', ['-S'])).stdout).not.toContain(PREFIX)
    expect((await run('find', ['/sys/fs/cgroup', '-name', `spacefort-${PREFIX}`])).stdout).toBe('')
    expect(await labDown({ dir })).toBe(false)
  })
})

/** Command lines on this machine, inside namespaces too, that contain the text. */
async function processesWith(text: string): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')))
  return lines.map((line) => line.replaceAll('\0', ' ')).filter((line) => line.includes(text))
}
