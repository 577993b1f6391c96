import type { Artifacts, InstanceRecord } from '../apps/index.ts'
import { AppError } from '../base/app-error.ts'
import type { AppSpec, EngineKind } from '../contract/index.ts'
import type { InstanceRun } from '../engines/index.ts'
import type { Secrets } from '../secrets/index.ts'
import { resourcesOf } from './request.ts'

interface Sources {
  installation: string
  secrets: Secrets
  artifacts: Artifacts
}

/** Puts together everything an engine needs to start an instance, secrets included. */
export async function instanceRun(
  record: InstanceRecord,
  context: { spec: AppSpec; engine: EngineKind; sources: Sources },
): Promise<InstanceRun> {
  const { instance } = record
  const { spec, engine, sources } = context
  const { cpuMillis, memoryBytes } = resourcesOf(spec)
  const onDocker = engine === 'docker'
  return {
    installation: sources.installation,
    id: instance.id,
    app: instance.app,
    revision: instance.revision,
    host: instance.host,
    ...(onDocker && spec.image !== undefined ? { image: spec.image } : {}),
    ...(!onDocker && spec.artifact !== undefined ? { artifact: await findArtifact(sources.artifacts, spec.artifact) } : {}),
    ...(spec.command ? { command: spec.command } : {}),
    env: { ...builtIn(record, onDocker), ...spec.env, ...(await secretValues(sources.secrets, spec.secrets)) },
    ports: instance.ports,
    volumes: spec.volumes,
    resources: { cpuMillis, memoryBytes },
    stopSignal: spec.stop.signal,
  }
}

async function findArtifact(artifacts: Artifacts, digest: string) {
  const artifact = await artifacts.find(digest)
  if (!artifact) throw new AppError('UNPROCESSABLE', `the artifact ${digest} is not in the store; upload it again`)
  return artifact
}

function builtIn({ instance }: InstanceRecord, onDocker: boolean): Record<string, string> {
  const env: Record<string, string> = {
    SPACEFORT_APP: instance.app,
    SPACEFORT_INSTANCE: instance.id,
    SPACEFORT_HOST: instance.host,
    SPACEFORT_REVISION: String(instance.revision),
  }
  for (const [index, port] of instance.ports.entries()) {
    // Inside a container the application listens on the container's port; a plain process listens on the host's.
    const listen = String(onDocker ? port.containerPort : port.hostPort)
    env[`PORT_${port.name.toUpperCase().replaceAll('-', '_')}`] = listen
    if (index === 0) env.PORT = listen
  }
  return env
}

async function secretValues(secrets: Secrets, wanted: AppSpec['secrets']): Promise<Record<string, string>> {
  const entries = await Promise.all(Object.entries(wanted).map(async ([variable, name]) => [variable, await secrets.reveal(name)] as const))
  return Object.fromEntries(entries)
}
