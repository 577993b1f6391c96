import { z } from 'zod'
import { EngineError, type EngineInfo } from '../engine.ts'
import type { DockerApi } from './api.ts'
import type { DockerTransport } from './transport.ts'

const Info = z.object({
  NCPU: z.int().positive(),
  MemTotal: z.int().positive(),
  OperatingSystem: z.string(),
  Architecture: z.string(),
  DockerRootDir: z.string(),
  InitCommit: z.object({ ID: z.string() }).optional(),
})
const Version = z.object({ Version: z.string(), ApiVersion: z.string() })

/**
 * What the engine says of itself and its host. Disk is the size of the file system of Docker's data; the API does not tell
 * it, so it is read beside it where there is a way (locally and through SSH) and is 0, "unknown", over TLS.
 */
export async function readInfo(api: DockerApi, transport: DockerTransport, timeoutMs: number): Promise<EngineInfo> {
  const answers = await Promise.all([api.get(timeoutMs, '/info'), api.get(timeoutMs, '/version')])
  const info = Info.safeParse(answers[0])
  const version = Version.safeParse(answers[1])
  if (!info.success || !version.success) throw new EngineError('unreachable', `what answers at ${api.where} is not a Docker Engine`)
  const { NCPU, MemTotal, OperatingSystem, Architecture, DockerRootDir } = info.data
  return {
    version: `Docker ${version.data.Version.split('+')[0] ?? ''} (API ${version.data.ApiVersion})`,
    os: `${OperatingSystem}, ${Architecture}`,
    capacity: { cpuMillis: NCPU * 1000, memoryBytes: MemTotal, diskBytes: await transport.diskBytes(DockerRootDir) },
  }
}

/** Whether the engine can put an init process before the application, which passes on signals and buries orphans. */
export async function hasInit(api: DockerApi, timeoutMs: number): Promise<boolean> {
  const info = Info.pick({ InitCommit: true }).safeParse(await api.get(timeoutMs, '/info'))
  return info.success && info.data.InitCommit !== undefined && info.data.InitCommit.ID !== 'N/A'
}
