import { z } from 'zod'
import { Labels, Name } from './names.ts'
import { formatBytes, formatCpu, parseBytes, parseCpu, parseDuration } from './units.ts'

const Cpu = z
  .union([z.string(), z.number()])
  .refine((value) => (parseCpu(value) ?? 0) > 0, 'write CPU as cores or millicores, as in 0.5 or "500m"')
  .transform((value) => formatCpu(parseCpu(value) ?? 0))

const Bytes = z
  .union([z.string(), z.number()])
  .refine((value) => (parseBytes(value) ?? 0) > 0, 'write an amount with its unit, as in "256Mi" or "2Gi"')
  .transform((value) => formatBytes(parseBytes(value) ?? 0))

const duration = (fallback: string) =>
  z
    .string()
    .refine((value) => parseDuration(value) !== undefined, 'write a duration with its unit, as in "500ms", "10s" or "5m"')
    .default(fallback)

const EnvName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'a variable name is letters, digits and underscores, and does not start with a digit')

const noControl = (max: number) =>
  z
    .string()
    .max(max)
    // eslint-disable-next-line no-control-regex -- NUL cannot be passed to a process at all
    .refine((value) => !/\u0000/.test(value), 'must not contain a NUL character')

const PortNumber = z.int().min(1).max(65535)

export const PortSpec = z.strictObject({
  name: Name.describe('The instance finds the port it was given in PORT_<NAME>, and the first one also in PORT'),
  container: PortNumber.optional().describe('Port the application listens on inside a container; default: the port on the host'),
  host: z
    .union([z.literal('auto'), PortNumber, z.string().regex(/^\d{1,5}-\d{1,5}$/, 'write a range as "8000-8100"')])
    .default('auto')
    .refine((value) => {
      if (typeof value !== 'string' || value === 'auto') return true
      const [from = 0, to = 0] = value.split('-').map(Number)
      return from >= 1 && to <= 65535 && from <= to
    }, 'a range runs from a lower to a higher port, 1 to 65535')
    .describe('Port on the host: "auto", a fixed number, or a range such as "8000-8100"'),
  protocol: z.enum(['tcp', 'udp']).default('tcp'),
})
export type PortSpec = z.output<typeof PortSpec>

const timing = {
  grace: duration('60s').describe('Failures in this time after the start do not count, until the first success'),
  interval: duration('10s'),
  timeout: duration('5s'),
  failures: z.int().min(0).max(100).default(3).describe('Consecutive failures after which the instance is replaced; 0 = never'),
}
export const HealthCheck = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('http'),
    port: Name,
    path: z
      .string()
      .regex(/^\/[^\s]*$/, 'a path starts with "/" and has no spaces')
      .max(2000)
      .default('/'),
    ...timing,
  }),
  z.strictObject({ kind: z.literal('tcp'), port: Name, ...timing }),
  z.strictObject({ kind: z.literal('command'), command: z.array(noControl(4096)).min(1).max(100), ...timing }),
])
export type HealthCheck = z.output<typeof HealthCheck>

export const HOST_FIELDS = ['host', 'centre', 'room', 'rack', 'domain', 'engine'] as const
export const HostField = z
  .string()
  .regex(
    /^(host|centre|room|rack|domain|engine|label\.[A-Za-z0-9][A-Za-z0-9._/-]{0,62})$/,
    'use host, centre, room, rack, domain, engine or label.<key>',
  )
  .describe('A field of the host: host, centre, room, rack, domain, engine or label.<key>')

export const Constraint = z
  .discriminatedUnion('operator', [
    z.strictObject({ field: HostField, operator: z.enum(['is', 'is-not']), value: z.string().max(255) }),
    z.strictObject({
      field: HostField,
      operator: z.enum(['like', 'unlike']),
      value: z.string().min(1).max(255).describe('Regular expression (RE2) that must match the whole value'),
    }),
    z.strictObject({ field: HostField, operator: z.literal('unique') }),
    z.strictObject({ field: HostField, operator: z.literal('max-per'), value: z.int().min(1).max(10_000) }),
  ])
  .describe('A rule a host must satisfy. A host without the field satisfies only "is-not" and "unlike".')
export type Constraint = z.output<typeof Constraint>

const VolumeSpec = z.strictObject({
  source: z
    .string()
    .regex(/^(\/[^\s:]{0,500}|[a-z0-9][a-z0-9_.-]{0,62})$/, 'use an absolute path on the host, or a volume name')
    .describe('Absolute path on the host, or the name of a volume that is created there'),
  target: z.string().regex(/^\/[^\s:]{0,500}$/, 'use an absolute path without ":" or spaces'),
  readOnly: z.boolean().default(false),
})

/**
 * What a person wants to run, as written in YAML or JSON. Parsing fills every default and writes amounts in one form, so
 * two specifications that mean the same compare equal, and the parsed form parses to itself.
 */
export const AppSpec = z
  .strictObject({
    name: Name,
    description: z.string().max(500).default(''),
    labels: Labels.default({}),
    image: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._:/@-]{0,254}$/, 'write an image as "registry/name:tag" or "name@sha256:…"')
      .optional()
      .describe('Container image, for Docker hosts'),
    artifact: z
      .string()
      .regex(
        /^sha256:[0-9a-f]{64}$/,
        'use the digest of an uploaded artifact ("sha256:…"); the command line uploads a folder or tar for you',
      )
      .optional()
      .describe('Digest of an uploaded tar, for hosts that run processes'),
    command: z.array(noControl(4096)).min(1).max(100).optional().describe('Program and arguments; no shell is involved'),
    instances: z.int().min(0).max(10_000).default(1),
    resources: z
      .strictObject({ cpu: Cpu.default('100m'), memory: Bytes.default('128Mi'), disk: Bytes.optional() })
      .prefault({})
      .describe('What every instance reserves; memory is also its limit'),
    ports: z.array(PortSpec).max(20).default([]),
    env: z.record(EnvName, noControl(32_768)).default({}),
    secrets: z.record(EnvName, Name).default({}).describe('Variable name → name of the secret that holds its value'),
    volumes: z.array(VolumeSpec).max(20).default([]),
    healthChecks: z.array(HealthCheck).max(5).default([]),
    metrics: z
      .strictObject({ port: Name, path: z.string().startsWith('/').max(500).default('/metrics') })
      .optional()
      .describe('Where the application offers its own metrics as Prometheus text'),
    backoff: z
      .strictObject({ initial: duration('1s'), factor: z.number().min(1).max(10).default(1.15), max: duration('300s') })
      .prefault({})
      .describe('Delay before a failed instance is replaced'),
    stop: z
      .strictObject({
        signal: z
          .string()
          .regex(/^SIG[A-Z0-9]{2,10}$/, 'write a signal as "SIGTERM"')
          .default('SIGTERM'),
        grace: duration('10s'),
      })
      .prefault({}),
    constraints: z.array(Constraint).max(20).default([]),
    spread: z
      .array(HostField)
      .max(5)
      .default(['centre', 'rack', 'host'])
      .describe('Failure domains to spread over, the most important first; a preference, not a rule'),
    update: z
      .strictObject({
        minHealthy: z.number().min(0).max(1).default(1).describe('Share of the wanted instances that stays healthy during a change'),
        maxOver: z.number().min(0).max(1).default(0.25).describe('Share of extra instances allowed during a change'),
      })
      .prefault({}),
    unreachable: z
      .strictObject({ replaceAfter: duration('0s').describe('How long an instance on an unreachable host is waited for') })
      .prefault({}),
  })
  .superRefine((spec, context) => {
    const complain = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message })
    if (!spec.image && !spec.artifact && !spec.command) complain(['image'], 'give an image, an artifact or at least a command to run')
    if (spec.artifact && !spec.command) complain(['command'], 'an artifact needs the command that starts it')
    const names = new Set<string>()
    spec.ports.forEach((port, index) => {
      if (names.has(port.name)) complain(['ports', index, 'name'], `port "${port.name}" is there twice; give each port its own name`)
      names.add(port.name)
    })
    const known = [...names].join(', ') || 'none is declared'
    spec.healthChecks.forEach((check, index) => {
      if (check.kind !== 'command' && !names.has(check.port))
        complain(['healthChecks', index, 'port'], `no port is called "${check.port}" (ports: ${known})`)
    })
    if (spec.metrics && !names.has(spec.metrics.port))
      complain(['metrics', 'port'], `no port is called "${spec.metrics.port}" (ports: ${known})`)
    for (const name of Object.keys(spec.secrets))
      if (Object.hasOwn(spec.env, name)) complain(['secrets', name], `"${name}" is also in env; keep one of the two`)
  })
export type AppSpec = z.output<typeof AppSpec>
export type AppSpecInput = z.input<typeof AppSpec>
