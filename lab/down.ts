import { rm } from 'node:fs/promises'
import { removeGroups } from './cgroups.ts'
import { killHost } from './machine.ts'
import { removeNetwork } from './network.ts'
import { currentBootId, groupOf, labDir, loadState } from './state.ts'

/**
 * Removes a lab with everything in it: processes, namespaces, mounts, bridge, control groups, data. Resolves to false when
 * there was none. Safe to repeat, also after a start or an end that was interrupted.
 */
export async function labDown(options: { dir?: string | undefined } = {}): Promise<boolean> {
  const dir = labDir(options.dir)
  const state = await loadState(dir)
  if (!state) return false
  if (state.bootId === currentBootId()) {
    await Promise.all(state.hosts.map((host) => killHost(state, host)))
    await removeNetwork(state)
    await removeGroups(groupOf(state))
  }
  // Mounts were private to the hosts and went with their last process; what is left is plain files.
  await rm(dir, { recursive: true, force: true })
  return true
}
