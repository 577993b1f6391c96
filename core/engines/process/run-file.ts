import { constants } from 'node:os'
import { shellQuote } from '../../hosts/index.ts'
import { EngineError, type InstanceRun } from '../engine.ts'

const ID = /^[a-z0-9][a-z0-9-]{0,80}$/
const INSTALLATION = /^[A-Za-z0-9][A-Za-z0-9._-]{0,80}$/
const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/
const DIGEST = /^sha256:([0-9a-f]{64})$/
const VOLUME_NAME = /^[a-z0-9][a-z0-9_.-]{0,62}$/

export function isId(id: string): boolean {
  return ID.test(id)
}

export function isInstallation(installation: string): boolean {
  return INSTALLATION.test(installation)
}

/** What a run becomes on the host. `file` holds secrets; everything else may be seen in a process list. */
export interface PreparedRun {
  file: string
  /** SHA-256 of the artifact in hex, or "". */
  digest: string
  signal: string
  meta: string
  volumeNames: string[]
  cpuShares: number
}

/**
 * Turns a run into the file that its launcher reads: the complete environment, then the command, every value quoted.
 * A run that cannot be started as it is rejects with `refused` and says what to change.
 */
export function prepareRun(run: InstanceRun): PreparedRun {
  const command = run.command ?? []
  const program = command[0] ?? ''
  if (program === '') throw refused('a host that runs processes needs a command; an image alone can only run on a Docker host')
  if (program.startsWith('-')) throw refused(`"${program}" cannot be the name of a program`)
  if (!ID.test(run.id)) throw refused(`"${run.id}" cannot be the id of an instance`)
  if (!INSTALLATION.test(run.installation)) throw refused(`"${run.installation}" cannot be the id of an installation`)
  if (!(run.stopSignal in constants.signals)) throw refused(`there is no signal "${run.stopSignal}"`)
  const badName = Object.keys(run.env).find((name) => !ENV_NAME.test(name))
  if (badName !== undefined) throw refused(`"${badName}" cannot be the name of a variable`)
  if ([...command, ...Object.values(run.env)].some((text) => text.includes('\0')))
    throw refused('a command and its environment cannot hold a NUL character')
  const digest = run.artifact ? DIGEST.exec(run.artifact.digest)?.[1] : ''
  if (digest === undefined) throw refused('the digest of an artifact reads "sha256:" and 64 hexadecimal digits')
  const variables = Object.entries(run.env).map(([name, value]) => `command export ${name}=${shellQuote(value)}\n`)
  const volumes = run.volumes.map((volume) => `command export ${volumeVariable(volume.target)}=${volumePath(volume.source)}\n`)
  return {
    // Volumes come first: they rely on a variable of the launcher, which a user's variable of the same name would hide.
    file: `${volumes.join('')}${variables.join('')}set -- ${command.map(shellQuote).join(' ')}\n`,
    digest,
    signal: run.stopSignal.slice(3),
    meta: JSON.stringify({ id: run.id, app: run.app, revision: run.revision, ports: run.ports, program, digest }),
    volumeNames: run.volumes.map((volume) => volume.source).filter((source) => !source.startsWith('/')),
    cpuShares: Math.max(2, Math.round((run.resources.cpuMillis * 1024) / 1000)),
  }
}

/** Variable by which a process finds the volume that a container would see at `target`: /var/lib/data → VOLUME_VAR_LIB_DATA. */
function volumeVariable(target: string): string {
  if (!target.startsWith('/')) throw refused(`the target "${target}" of a volume is not an absolute path`)
  return `VOLUME_${target
    .slice(1)
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]+/g, '_')}`
}

function volumePath(source: string): string {
  if (source.startsWith('/') && !source.includes('\0')) return shellQuote(source)
  if (!VOLUME_NAME.test(source)) throw refused(`"${source}" is neither an absolute path nor the name of a volume`)
  return `"$volumes"/${shellQuote(source)}`
}

function refused(message: string): EngineError {
  return new EngineError('refused', message)
}
