import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { isOffLimits, OFF_LIMITS } from './addresses.ts'
import { TestProgress, TestResult } from './connection-test.ts'
import { EngineKind, HostFacets, HostFilter, HostNames, HostOutcomes, HostStatus, LabelChange, Scheduling } from './host-list.ts'
import { Flag, Instant, Labels, ListQuery, Name, pageOf } from './names.ts'
import { Accepted, operation, read } from './operation.ts'

/** An address without scheme: an IPv4/IPv6 address or a DNS name. Never a URL, so nothing can be smuggled into one. */
export const Address = z
  .string()
  .regex(
    /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:]{2,39})$/,
    'use an IP address or a DNS name, without "https://" and without a port',
  )
  .refine((address) => !isOffLimits(address), OFF_LIMITS)

const Port = z.int().min(1).max(65535)
const Pem = z
  .string()
  .max(64_000)
  .regex(/-----BEGIN [A-Z ]+-----/, 'paste the whole PEM text, with its BEGIN and END lines')

const UserName = z.string().regex(/^[a-z_][a-z0-9_.-]{0,31}$/i, 'a user name is letters, digits, dots, underscores or hyphens')
const Fingerprint = z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'a fingerprint reads "SHA256:…", as ssh-keygen -l prints it')

/** How the console signs in at a host's SSH server. Exactly one of `privateKey` and `password`; both are kept encrypted. */
export const SshAccess = z
  .strictObject({
    address: Address,
    port: Port.default(22),
    user: UserName.default('root'),
    privateKey: Pem.optional(),
    passphrase: z.string().max(1000).optional(),
    password: z.string().min(1).max(1000).optional(),
    hostKey: Fingerprint.optional().describe('Fingerprint the server must show. Left out, the first one seen is pinned'),
  })
  .refine((ssh) => (ssh.privateKey === undefined) !== (ssh.password === undefined), {
    path: ['privateKey'],
    message: 'give either a private key or a password',
  })
export type SshAccess = z.output<typeof SshAccess>

const SocketPath = z
  .string()
  .regex(/^\/[^\s\0]{1,106}$/, 'use the absolute path of the socket')
  .default('/var/run/docker.sock')

/** How a host is reached, which also decides its engine. */
export const Connection = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('local') }).describe('This workstation, with plain processes'),
  z.strictObject({ kind: z.literal('docker-socket'), path: SocketPath }).describe('Docker on this machine, over its unix socket'),
  z
    .strictObject({ kind: z.literal('docker-tls'), address: Address, port: Port.default(2376), ca: Pem, cert: Pem, key: Pem })
    .describe('Docker over TCP with TLS client certificates'),
  z.strictObject({ kind: z.literal('docker-ssh'), ssh: SshAccess, path: SocketPath }).describe('Docker through an SSH tunnel'),
  z.strictObject({ kind: z.literal('ssh'), ssh: SshAccess }).describe('Plain processes over SSH; nothing is installed on the host'),
])
export type Connection = z.output<typeof Connection>

/** Another way to the same machine: what is left out stays, and so do keys and passwords. */
export const ConnectionMove = z.strictObject({
  address: Address.optional(),
  port: Port.optional(),
  user: UserName.optional(),
  path: SocketPath.unwrap().optional(),
  hostKey: Fingerprint.optional(),
})
export type ConnectionMove = z.output<typeof ConnectionMove>

/** What anyone may see of a connection: no key, no password. */
export const ConnectionSummary = z.object({
  kind: z.enum(['local', 'docker-socket', 'docker-tls', 'docker-ssh', 'ssh']),
  address: z.string(),
  port: z.int().optional(),
  user: z.string().optional(),
  path: z.string().optional(),
  hostKey: z.string().optional(),
})

const Place = z
  .string()
  .max(63)
  .regex(/^[A-Za-z0-9\u00c0-\u9fff][A-Za-z0-9 \u00c0-\u9fff._-]*$/, 'use letters, digits, spaces, dots, underscores or hyphens')

export const SystemReserve = z
  .strictObject({
    cpuMillis: z.int().min(0).max(1_000_000).default(0),
    memoryBytes: z.int().min(0).default(0),
    diskBytes: z.int().min(0).default(0),
  })
  .describe('Share of the host that is kept for the system and never given to instances')

const place = {
  labels: Labels.default({}),
  centre: Place.nullable().default(null),
  room: Place.nullable().default(null),
  rack: Place.nullable().default(null),
  domain: z.enum(['business', 'network', 'management']).nullable().default(null),
  systemReserve: SystemReserve.prefault({}),
}

export const HostInput = z.strictObject({ name: Name, connection: Connection, ...place })
export type HostInput = z.output<typeof HostInput>

export const HostPatch = z.strictObject({
  labels: Labels.optional(),
  centre: Place.nullable().optional(),
  room: Place.nullable().optional(),
  rack: Place.nullable().optional(),
  domain: z.enum(['business', 'network', 'management']).nullable().optional(),
  systemReserve: SystemReserve.optional(),
  connection: Connection.optional(),
  move: ConnectionMove.optional().describe('Instead of a whole connection: another way to the same machine, with the same keys'),
})
export type HostPatch = z.output<typeof HostPatch>

export const Resources = z.object({ cpuMillis: z.int(), memoryBytes: z.int(), diskBytes: z.int() })
export type Resources = z.output<typeof Resources>

export const Host = z.object({
  name: Name,
  engine: EngineKind,
  connection: ConnectionSummary,
  labels: Labels,
  centre: z.string().nullable(),
  room: z.string().nullable(),
  rack: z.string().nullable(),
  domain: z.string().nullable(),
  systemReserve: SystemReserve,
  scheduling: Scheduling,
  createdAt: Instant,
  status: HostStatus,
  statusSince: Instant,
  statusMessage: z.string(),
  engineVersion: z.string(),
  os: z.string(),
  capacity: Resources.describe('What the host has, before the system share'),
  reserved: Resources.describe('What its instances reserve'),
  used: z.object({ cpuMillis: z.number(), memoryBytes: z.number() }).nullable().describe('What its instances were last measured to use'),
  instances: z.int(),
  lastSeenAt: Instant.nullable(),
  offeredHostKey: z.string().nullable().describe('While blocked: the fingerprint the server shows now'),
})
export type Host = z.output<typeof Host>

export const ImportLine = z.object({
  line: z.int().describe('Line (CSV) or position in the list (YAML), from 1'),
  name: z.string().nullable(),
  status: z.enum(['added', 'valid', 'exists', 'invalid']),
  issues: z.array(z.object({ field: z.string(), message: z.string() })),
})

/** What draining a host would move, and what could not go anywhere, by app. */
export const DrainPreview = z.object({
  instances: z.int(),
  apps: z.array(
    z.object({
      app: Name,
      moves: z.array(z.object({ host: z.string(), count: z.int().positive() })).describe('Where its instances would be started'),
      stuck: z.int().describe('Instances that would stay, since no other host could take their replacement'),
      summary: z.string().describe('Why they would stay; empty when none would'),
    }),
  ),
})
export type DrainPreview = z.output<typeof DrainPreview>

const manage = { role: 'administrator', scope: 'hosts' } as const
const operate = { role: 'operator', scope: 'hosts' } as const
const named = z.object({ name: Name })

export const hosts = {
  list: read()
    .route({ method: 'GET', path: '/hosts', summary: 'List hosts', tags: ['Hosts'] })
    .input(ListQuery.extend(HostFilter.shape))
    .output(pageOf(Host)),
  names: read()
    .route({ method: 'GET', path: '/host-names', summary: 'Names of all hosts that match, in the order of the list', tags: ['Hosts'] })
    .input(ListQuery.pick({ q: true, sort: true }).extend(HostFilter.shape))
    .output(z.object({ names: z.array(Name) })),
  facets: read()
    .route({ method: 'GET', path: '/host-facets', summary: 'How many hosts there are by status, place, engine and label', tags: ['Hosts'] })
    .input(ListQuery.pick({ q: true }).extend(HostFilter.shape))
    .output(HostFacets),
  get: read('NOT_FOUND')
    .route({ method: 'GET', path: '/hosts/{name}', summary: 'Show one host', tags: ['Hosts'] })
    .input(named)
    .output(Host),
  test: operation(manage)
    .route({ method: 'POST', path: '/host-tests', summary: 'Test a connection before adding it', tags: ['Hosts'] })
    .input(z.strictObject({ connection: Connection }))
    .output(TestResult),
  testSteps: operation(manage)
    .route({ method: 'POST', path: '/host-tests/steps', summary: 'Test a connection, each step as soon as it is known', tags: ['Hosts'] })
    .input(z.strictObject({ connection: Connection }))
    .output(eventIterator(TestProgress)),
  add: operation(manage, 'ALREADY_EXISTS')
    .route({ method: 'POST', path: '/hosts', successStatus: 201, summary: 'Add a host', tags: ['Hosts'] })
    .input(HostInput)
    .output(Host),
  importMany: operation(manage)
    .route({ method: 'POST', path: '/host-imports', summary: 'Add many hosts from CSV or YAML text', tags: ['Hosts'] })
    .input(z.strictObject({ format: z.enum(['csv', 'yaml']), text: z.string().max(5_000_000), dryRun: z.boolean().default(false) }))
    .output(z.object({ added: z.int(), lines: z.array(ImportLine) })),
  importSteps: operation(manage)
    .route({
      method: 'POST',
      path: '/host-imports/steps',
      summary: 'Add many hosts, line by line; ends when the caller hangs up',
      tags: ['Hosts'],
    })
    .input(z.strictObject({ format: z.enum(['csv', 'yaml']), text: z.string().max(5_000_000) }))
    .output(eventIterator(ImportLine)),
  update: operation(manage, 'NOT_FOUND', 'UNPROCESSABLE')
    .route({ method: 'PATCH', path: '/hosts/{name}', summary: 'Change labels, place, system share or connection', tags: ['Hosts'] })
    .input(HostPatch.extend({ name: Name }))
    .output(Host),
  retest: operation(operate, 'NOT_FOUND')
    .route({ method: 'POST', path: '/hosts/{name}/test', summary: 'Test the connection of a host step by step', tags: ['Hosts'] })
    .input(named)
    .output(TestResult),
  retestSteps: operation(operate, 'NOT_FOUND')
    .route({
      method: 'POST',
      path: '/hosts/{name}/test/steps',
      summary: 'Test the connection of a host, each step as soon as it is known',
      tags: ['Hosts'],
    })
    .input(named)
    .output(eventIterator(TestProgress)),
  moveTestSteps: operation(manage, 'NOT_FOUND', 'UNPROCESSABLE')
    .route({
      method: 'POST',
      path: '/hosts/{name}/move-test/steps',
      summary: 'Test another way to a host with the keys it has; changes nothing',
      tags: ['Hosts'],
    })
    .input(named.extend({ move: ConnectionMove }))
    .output(eventIterator(TestProgress)),
  trustKey: operation(manage, 'NOT_FOUND', 'CONFLICT')
    .route({ method: 'POST', path: '/hosts/{name}/trust-key', summary: 'Accept a changed SSH host key', tags: ['Hosts'] })
    .input(z.strictObject({ name: Name, hostKey: z.string() }))
    .output(Host),
  cordon: operation(operate, 'NOT_FOUND')
    .route({ method: 'POST', path: '/hosts/{name}/cordon', summary: 'Take no new instances', tags: ['Hosts'] })
    .input(named)
    .output(Host),
  uncordon: operation(operate, 'NOT_FOUND')
    .route({ method: 'POST', path: '/hosts/{name}/uncordon', summary: 'Take instances again; ends a drain', tags: ['Hosts'] })
    .input(named)
    .output(Host),
  scheduleMany: operation(operate)
    .route({ method: 'POST', path: '/host-schedulings', summary: 'Cordon, uncordon or drain up to 200 hosts', tags: ['Hosts'] })
    .input(z.strictObject({ names: HostNames, action: z.enum(['cordon', 'uncordon', 'drain']) }))
    .output(HostOutcomes),
  labelMany: operation(manage)
    .route({ method: 'POST', path: '/host-labels', summary: 'Set and take away labels of up to 200 hosts', tags: ['Hosts'] })
    .input(LabelChange.extend({ names: HostNames }))
    .output(HostOutcomes),
  previewDrain: read('NOT_FOUND')
    .route({
      method: 'GET',
      path: '/hosts/{name}/drain-preview',
      summary: 'What draining would move, and what could not go; changes nothing',
      tags: ['Hosts'],
    })
    .input(named)
    .output(DrainPreview),
  drain: operation(operate, 'NOT_FOUND')
    .route({
      method: 'POST',
      path: '/hosts/{name}/drain',
      successStatus: 202,
      summary: 'Move all instances away; replacements start first',
      tags: ['Hosts'],
    })
    .input(named)
    .output(Host),
  remove: operation(manage, 'NOT_FOUND', 'CONFLICT')
    .route({ method: 'DELETE', path: '/hosts/{name}', summary: 'Remove a host', tags: ['Hosts'] })
    .input(
      z.object({
        name: Name,
        force: Flag.default(false).describe(
          'Remove although instances are on it; they are started elsewhere, and are left running if the host cannot be reached',
        ),
      }),
    )
    .output(Accepted),
}
