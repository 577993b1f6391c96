import type { TopologyHost } from '../../../../core/contract/index.ts'

/** A host for tests of this folder: ready, empty, and without a place unless told otherwise. */
export function hostOf(name: string, part: Partial<TopologyHost> = {}): TopologyHost {
  return {
    ...{ name, centre: null, room: null, rack: null, domain: null, labels: {}, status: 'ready', statusMessage: '', scheduling: 'open' },
    ...{ cpuMillis: 4000, memoryBytes: 8e9, reservedCpuMillis: 0, reservedMemoryBytes: 0, used: null, instances: [] },
    ...part,
  }
}

export function instanceOf(id: string, part: Partial<TopologyHost['instances'][number]> = {}): TopologyHost['instances'][number] {
  return { id, app: id.replace(/-[^-]*$/, ''), status: 'running', health: 'unknown', ...part }
}
