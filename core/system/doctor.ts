import { statfs } from 'node:fs/promises'
import type { z } from 'zod'
import type { Artifacts } from '../apps/index.ts'
import type { Check } from '../contract/index.ts'
import { loadHosts } from '../hosts/index.ts'
import type { DataFiles, Store } from '../store/index.ts'

type Result = z.output<typeof Check>

interface Sources {
  store: Store
  files: DataFiles
  artifacts: Artifacts
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`

const LOW_DISK_BYTES = 1024 ** 3

/** Looks at everything of the console itself that can be wrong, and says what to do about it. Changes nothing. */
export async function doctor(sources: Sources): Promise<{ ok: boolean; checks: Result[] }> {
  const checks = [
    ...(await Promise.all([checkDatabase(sources), checkEvents(sources), checkDisk(sources), checkArtifacts(sources)])),
    ...(await checkHosts(sources)),
  ]
  return { ok: checks.every(({ status }) => status !== 'failed'), checks }
}

async function checkDatabase({ store }: Sources): Promise<Result> {
  const problems = store.integrity()
  if (problems.length === 0) return { name: 'database', status: 'ok', detail: 'the database is whole' }
  return {
    name: 'database',
    status: 'failed',
    detail: problems.join('; '),
    hint: 'Stop the core and restore the last backup into a new folder.',
  }
}

async function checkEvents({ store }: Sources): Promise<Result> {
  const broken = await store.findBrokenLink()
  if (broken === null) return { name: 'event log', status: 'ok', detail: `${counted(store.latestSeq, 'event')}, all linked` }
  return {
    name: 'event log',
    status: 'failed',
    detail: `event ${broken} was changed after it was written`,
    hint: 'Somebody edited the database. Compare it with a backup, and find out who could write to the data folder.',
  }
}

async function checkDisk({ files }: Sources): Promise<Result> {
  const { bavail, bsize } = await statfs(files.dir)
  const free = bavail * bsize
  const detail = `${(free / 2 ** 30).toFixed(1)} GiB free in the data folder`
  if (free >= LOW_DISK_BYTES) return { name: 'disk', status: 'ok', detail }
  return {
    name: 'disk',
    status: free < LOW_DISK_BYTES / 10 ? 'failed' : 'warning',
    detail,
    hint: 'Free some space: without it nothing can be changed.',
  }
}

async function checkArtifacts({ artifacts }: Sources): Promise<Result> {
  const { total, digests } = await artifacts.damaged()
  if (digests.length === 0) return { name: 'artifacts', status: 'ok', detail: counted(total, 'artifact') }
  return {
    name: 'artifacts',
    status: 'failed',
    detail: `missing or cut: ${digests.join(', ')}`,
    hint: 'Upload them again: apply the apps that use them.',
  }
}

async function checkHosts({ store }: Sources): Promise<Result[]> {
  const hosts = await loadHosts(store.db)
  if (hosts.length === 0)
    return [{ name: 'hosts', status: 'warning', detail: 'there are no hosts', hint: 'Add one: nothing can run without.' }]
  return hosts.map(({ name, status, statusMessage, engineVersion }) => {
    if (status === 'ready') return { name: `host ${name}`, status: 'ok', detail: engineVersion }
    const hint =
      status === 'blocked' ? 'Compare the fingerprint with the host’s own, then trust or refuse it.' : `Run: spacefort host test ${name}`
    return { name: `host ${name}`, status: status === 'connecting' ? 'warning' : 'failed', detail: statusMessage || status, hint }
  })
}
