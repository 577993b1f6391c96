import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { HostInput } from '../../core/contract/index.ts'
import type { Lab } from '../../lab/index.ts'

/** The lab's hosts as a console takes them, by name. */
export async function inventoryOf(lab: Lab): Promise<Map<string, HostInput>> {
  const list = parse(await readFile(lab.inventoryPath, 'utf8')) as unknown[]
  return new Map(list.map((item) => HostInput.parse(item)).map((host) => [host.name, host]))
}

/** The same host, reached through a port of this machine. */
export function through(host: HostInput, port: number): HostInput {
  const { connection } = host
  if (connection.kind !== 'docker-ssh' && connection.kind !== 'ssh') throw new Error(`${host.name} is not reached over SSH`)
  return { ...host, connection: { ...connection, ssh: { ...connection.ssh, address: '127.0.0.1', port } } }
}
