export { Hosts, type HostEnvironment } from './hosts.ts'
export { hostRoutes } from './hosts.routes.ts'
export {
  findHost,
  hostExists,
  hostNames,
  loadHostFigures,
  loadHosts,
  loadHostStates,
  pullBackHostTimes,
  type HostFigures,
  type HostState,
} from './hosts.table.ts'
export { noteSeen, pinHostKey, updateHost, updateObserved } from './hosts.table.ts'
export type { SshLink, SshProcess } from './ssh-link.ts'
export { openSsh } from './ssh.ts'
export { SshError } from './ssh-error.ts'
export { shellQuote } from './shell-quote.ts'
