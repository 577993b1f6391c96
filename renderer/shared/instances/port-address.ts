import type { BoundPort, Instance } from '../../../core/contract/index.ts'

/** Where a port of an instance is reached: "address:port", IPv6 in brackets. */
export function addressOf(instance: Pick<Instance, 'address'>, port: BoundPort): string {
  const { address } = instance
  return `${address.includes(':') ? `[${address}]` : address}:${port.hostPort}`
}

/** Whether following the port's link can lead anywhere now. */
export function isOpen(instance: Pick<Instance, 'status'>, port: BoundPort): boolean {
  return port.protocol === 'tcp' && instance.status === 'running'
}
