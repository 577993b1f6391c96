import type { ContainerCreateOptions, MountConfig } from 'dockerode'
import { BoundPort } from '../../contract/index.ts'
import type { InstanceRun } from '../engine.ts'

export const LABEL = {
  installation: 'spacefort.installation',
  instance: 'spacefort.instance',
  app: 'spacefort.app',
  revision: 'spacefort.revision',
  ports: 'spacefort.ports',
} as const

const LOG = { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } }
const SMALLEST_SHARE = 2

export function containerName(id: string): string {
  return `spacefort-${id}`
}

/** What a container without the name of an instance goes by: its own id. Ids of instances have a hyphen, so none looks like it. */
export function isContainerId(id: string): boolean {
  return /^[0-9a-f]{64}$/.test(id)
}

/**
 * The container for an instance. Memory is a hard limit, without swap. CPU is a share in proportion to what is reserved
 * (1024 = one core): the scheduler never gives away more cores than there are, so every instance gets its reservation
 * when all are busy, and idle cores are there for whoever needs them. The stop signal is kept by Docker itself.
 */
export function createOptions(run: InstanceRun & { image: string }, init: boolean): ContainerCreateOptions {
  const ports = portMap(run.ports)
  return {
    name: containerName(run.id),
    Image: run.image,
    // The command replaces the image's entry point: it is program and arguments, whatever the image would have run.
    ...(run.command === undefined ? {} : { Entrypoint: [...run.command] }),
    Env: Object.entries(run.env).map(([name, value]) => `${name}=${value}`),
    Labels: {
      [LABEL.installation]: run.installation,
      [LABEL.instance]: run.id,
      [LABEL.app]: run.app,
      [LABEL.revision]: String(run.revision),
      [LABEL.ports]: JSON.stringify(run.ports),
    },
    ExposedPorts: Object.fromEntries(Object.keys(ports).map((port) => [port, {}])),
    StopSignal: run.stopSignal,
    HostConfig: {
      PortBindings: ports,
      RestartPolicy: { Name: 'no' },
      Memory: run.resources.memoryBytes,
      MemorySwap: run.resources.memoryBytes,
      CpuShares: Math.max(SMALLEST_SHARE, Math.round((run.resources.cpuMillis * 1024) / 1000)),
      LogConfig: LOG,
      Mounts: mountsOf(run.volumes),
      ...(init ? { Init: true } : {}),
    },
  }
}

/** The ports an instance was started with, from its label; none if somebody has spoilt it. */
export function readPorts(label: string | undefined): BoundPort[] {
  try {
    return BoundPort.array().parse(JSON.parse(label ?? '[]'))
  } catch {
    return []
  }
}

function portMap(ports: readonly BoundPort[]): Record<string, { HostIp: string; HostPort: string }[]> {
  const map: Record<string, { HostIp: string; HostPort: string }[]> = {}
  for (const port of ports)
    (map[`${port.containerPort}/${port.protocol}`] ??= []).push({ HostIp: '0.0.0.0', HostPort: String(port.hostPort) })
  return map
}

function mountsOf(volumes: InstanceRun['volumes']): MountConfig {
  return volumes.map(({ source, target, readOnly }) => ({
    Type: source.startsWith('/') ? 'bind' : 'volume',
    Source: source,
    Target: target,
    ReadOnly: readOnly,
  }))
}
