import { access } from './access.ts'
import { apps } from './apps.ts'
import { events } from './events.ts'
import { hosts } from './hosts.ts'
import { instances } from './instances.ts'
import { secrets } from './secrets.ts'
import { series } from './series.ts'
import { system } from './system.ts'

/** Every operation of Spacefort: the REST API, the OpenAPI page, the screens and the command line all come from this. */
export const contract = { system, hosts, apps, instances, events, series, secrets, access }
export type Contract = typeof contract

export const API_PREFIX = '/api/v1'

export * from './access.ts'
export * from './addresses.ts'
export * from './app-spec.ts'
export * from './apps.ts'
export * from './connection-test.ts'
export * from './errors.ts'
export * from './events.ts'
export * from './host-list.ts'
export * from './hosts.ts'
export * from './instances.ts'
export * from './names.ts'
export * from './operation.ts'
export * from './scaling-decision.ts'
export * from './scaling.ts'
export * from './secrets.ts'
export * from './series.ts'
export * from './system.ts'
export * from './topology.ts'
export * from './units.ts'
