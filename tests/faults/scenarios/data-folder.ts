import { createHash } from 'node:crypto'
import { cp, mkdir, open, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { CoreProcess, runProgram } from '../core-process.ts'
import { readLog } from '../event-follower.ts'
import { assert, Rig } from '../rig.ts'
import type { Scenario } from '../scenario.ts'
import { smallApp } from '../specs.ts'
import { deployBase } from './network.ts'

const FEW = { kinds: ['docker-tls', 'docker-ssh', 'ssh'] as ('docker-tls' | 'docker-ssh' | 'ssh')[] }
const FILE = 'spacefort.db'

const twoCores: Scenario = {
  name: 'two-cores',
  title: 'a second core, and a restore, on a data folder that is in use',
  run: () =>
    Rig.use(FEW, async (rig) => {
      await deployBase(rig)
      const backup = await takeBackup(rig, 'one.tar')
      const second = await new CoreProcess(rig.dataDir).ended()
      assert(
        second.code !== 0 && second.said.includes(`process ${rig.core.pid}`),
        `the second core does not say who holds the folder: ${second.said}`,
      )
      const restore = await runProgram(['restore', backup, '--data', rig.dataDir, '--yes'])
      assert(
        restore.code !== 0 && restore.said.includes(`process ${rig.core.pid}`),
        `restore does not say who holds the folder: ${restore.said}`,
      )
      await rig.scale('front', 7)
      const facts = await rig.settle()
      await rig.killCore()
      await rig.startCore()
      return { refused: 2, ...facts, ...(await rig.settle()) }
    }),
}

async function takeBackup(rig: Rig, name: string): Promise<string> {
  const { url, token } = await rig.core.ready()
  const response = await fetch(`${url}/api/v1/backup?withKey=true`, { headers: { authorization: `Bearer ${token}` } })
  assert(response.ok, `the backup was refused: ${response.status}`)
  const file = join(rig.dir, name)
  await writeFile(file, Buffer.from(await response.arrayBuffer()), { mode: 0o600 })
  return file
}

interface Damage {
  name: string
  spoil: (folder: string) => Promise<void>
  /** What the refusal must say. */
  says: RegExp
}

async function edit(folder: string, sql: string): Promise<void> {
  await stat(join(folder, FILE))
  const database = new Database(join(folder, FILE))
  database.exec(sql)
  database.close()
}

async function overwrite(file: string, at: number, bytes: Buffer): Promise<void> {
  const handle = await open(file, 'r+')
  await handle.write(bytes, 0, bytes.length, at)
  await handle.close()
}

const DAMAGES: readonly Damage[] = [
  {
    name: 'truncated to half',
    spoil: async (folder) => truncate(join(folder, FILE), Math.floor((await stat(join(folder, FILE))).size / 2)),
    says: /cannot be used/,
  },
  { name: 'truncated inside a page', spoil: (folder) => truncate(join(folder, FILE), 5000), says: /cannot be used/ },
  { name: 'header overwritten', spoil: (folder) => overwrite(join(folder, FILE), 0, Buffer.alloc(100, 0x58)), says: /cannot be used/ },
  {
    name: 'pages overwritten',
    spoil: async (folder) => {
      const { size } = await stat(join(folder, FILE))
      for (let page = 1; page * 4096 < size; page += 3) await overwrite(join(folder, FILE), page * 4096, Buffer.alloc(512, 0xa5))
    },
    says: /cannot be used/,
  },
  {
    name: 'newer',
    spoil: (folder) => edit(folder, `INSERT INTO kysely_migration VALUES ('9999-from-the-future', '2099-01-01T00:00:00.000Z')`),
    says: /newer Spacefort/,
  },
  { name: 'key cut', spoil: (folder) => truncate(join(folder, 'secret.key'), 7), says: /key/ },
]

/** Digests of all files that hold something; what a core that refuses may touch is its own lock and who holds it. */
async function digests(folder: string): Promise<Map<string, string>> {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  const kept = names.filter(({ name }) => !/^core\.(lock|json)|-(wal|shm|journal)$/.test(name))
  const read = kept.map(async ({ parentPath, name }): Promise<[string, string]> => {
    const path = join(parentPath, name)
    return [
      path,
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    ]
  })
  return new Map(await Promise.all(read))
}

const damaged: Scenario = {
  name: 'database-damaged',
  title: 'the database truncated, overwritten, newer, its key cut: a clear refusal, nothing changed, and a restore works',
  run: ({ say }) =>
    Rig.use(FEW, async (rig) => {
      await deployBase(rig)
      const backup = await takeBackup(rig, 'whole.tar')
      await rig.stopCore()
      for (const [index, damage] of DAMAGES.entries()) {
        const folder = join(rig.dir, `damaged-${index}`)
        await cp(rig.dataDir, folder, { recursive: true })
        await damage.spoil(folder)
        const before = await digests(folder)
        const { code, said } = await new CoreProcess(folder).ended()
        assert(code !== 0 && damage.says.test(said), `${damage.name}: the core ends with ${code} and says: ${said.slice(-600)}`)
        const after = await digests(folder)
        const changed = [...new Set([...before.keys(), ...after.keys()])].filter((path) => before.get(path) !== after.get(path))
        assert(changed.length === 0, `${damage.name}: the core changed ${changed.join(', ')}`)
        const restored = await runProgram(['restore', backup, '--data', folder, '--yes', '--json'])
        assert(restored.code === 0, `${damage.name}: restore says ${restored.said}`)
        rig.follower.forget()
        await rig.startCore(folder)
        await rig.settle()
        await rig.stopCore()
        say(damage.name)
      }
      rig.follower.forget()
      await rig.startCore()
      await rig.scale('front', 7)
      return { damages: DAMAGES.length, ...(await rig.settle()) }
    }),
}

const older: Scenario = {
  name: 'database-older',
  title: 'a database of before the last change of its form, and an empty file, are brought up; nothing is restarted',
  run: () =>
    Rig.use(FEW, async (rig) => {
      await deployBase(rig)
      const before = await rig.bodies()
      await rig.stopCore()
      const undone = await undoLastMigration(join(rig.dataDir, FILE))
      await rig.startCore()
      const facts = await rig.settle()
      const after = await rig.bodies()
      assert(
        [...before].every((body) => after.has(body)),
        'instances were restarted',
      )
      const empty = join(rig.dir, 'empty')
      await mkdir(empty)
      await writeFile(join(empty, FILE), '')
      const fresh = new CoreProcess(empty)
      await fresh.ready()
      await fresh.stop()
      return { undone, ...facts }
    }),
}

/** Takes back the newest migration where that can be done by hand: one that only made indexes. */
async function undoLastMigration(file: string): Promise<string> {
  const database = new Database(file)
  try {
    const names = (database.prepare('SELECT name FROM kysely_migration ORDER BY name').all() as { name: string }[]).map(({ name }) => name)
    const last = names.at(-1) ?? ''
    if (names.length < 2) return 'none: this is the first form there is'
    const { up } = (await import(`../../../core/store/migrations/${last}.ts`)) as { up: { toString: () => string } }
    const indexes = [...up.toString().matchAll(/CREATE INDEX (\w+)/gi)].map((match) => match[1] ?? '')
    if (indexes.length === 0) return `none: ${last} cannot be taken back by hand`
    for (const index of indexes) database.exec(`DROP INDEX IF EXISTS ${index}`)
    database.prepare('DELETE FROM kysely_migration WHERE name = ?').run(last)
    return last
  } finally {
    database.close()
  }
}

const BACKUPS = 4

const backupUnderLoad: Scenario = {
  name: 'backup-under-load',
  title: 'backups taken while apps are deployed, scaled and removed; the last one is restored and takes over the hosts',
  run: ({ random, say }) =>
    Rig.use(FEW, async (rig) => {
      await deployBase(rig)
      const over = { done: false }
      const churn = (async () => {
        let changes = 0
        for (; !over.done; changes += 1) {
          await rig.scale(random.pick(['front', 'back', 'jobs'] as const), 1 + random.below(6))
          if (changes % 5 === 2) await rig.deploy(smallApp(`extra-${changes}`, { instances: 2 }))
          if (changes % 5 === 4) await rig.remove(`extra-${changes - 2}`)
          await sleep(random.below(300))
        }
        return changes
      })()
      // Awaited below; until then its failure must not go unheard.
      churn.catch(() => undefined)
      const files: string[] = []
      for (let index = 0; index < BACKUPS; index += 1) {
        await sleep(1500)
        files.push(await takeBackup(rig, `load-${index}.tar`))
      }
      over.done = true
      const changes = await churn
      const original = await readLog(rig.client, 0)
      await rig.stopCore()
      for (const [index, file] of files.entries()) {
        const folder = join(rig.dir, `restored-${index}`)
        const restored = await runProgram(['restore', file, '--data', folder, '--json'])
        assert(restored.code === 0, `a backup taken under load cannot be restored: ${restored.said}`)
        await takeOver(rig, { folder, original })
        say(`backup ${index + 1} of ${files.length}`)
      }
      return { backups: files.length, changesMeanwhile: changes, ...(await rig.settle()) }
    }),
}

/** Lets a restored console have the hosts: its log is the beginning of the original one, and the hosts become what it says. */
async function takeOver(rig: Rig, { folder, original }: { folder: string; original: Awaited<ReturnType<typeof readLog>> }): Promise<void> {
  for (const { name } of rig.lab.state.hosts) rig.forgetful.add(name)
  if (rig.isRunning) await rig.stopCore()
  rig.follower.forget()
  await rig.startCore(folder)
  const log = await readLog(rig.client, 0)
  const shared = log.findIndex((event, index) => event.hash !== original[index]?.hash)
  assert(
    log[shared < 0 ? log.length : shared]?.kind === 'system.started' || shared < 0,
    'the restored log is not a beginning of the original one',
  )
  rig.wanted.apps.clear()
  for (const { name, state, wanted } of (await rig.client.apps.list({ limit: 1000 })).items)
    if (state === 'running') rig.wanted.apps.set(name, wanted)
  const told = wantedBy(log.slice(0, shared < 0 ? log.length : shared))
  const apps = [...rig.wanted.apps.keys()].sort().join(' ')
  assert([...told.keys()].sort().join(' ') === apps, `the restored log has the apps ${[...told.keys()].join(' ')}, the state ${apps}`)
  for (const [name, count] of told)
    assert(count === null || rig.wanted.apps.get(name) === count, `${name}: the log says ${count}, the state ${rig.wanted.apps.get(name)}`)
  await rig.settle()
}

/** The apps there are, by the events alone, and how many instances of each were last asked for by scaling. */
function wantedBy(log: Awaited<ReturnType<typeof readLog>>): Map<string, number | null> {
  const wanted = new Map<string, number | null>()
  for (const { kind, app, data } of log) {
    if (app === null) continue
    if (kind === 'app.removing') wanted.delete(app)
    else if (kind === 'app.created' || kind === 'app.changed') wanted.set(app, null)
    else if (kind === 'app.scaled') wanted.set(app, Number(data.to))
  }
  return wanted
}

export const dataFolderScenarios: readonly Scenario[] = [twoCores, damaged, older, backupUnderLoad]
