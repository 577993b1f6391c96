import fc from 'fast-check'
import type { DocumentedOperation } from './operations.ts'
import type { FieldValues, JsonSchema } from './schema-values.ts'

/** What exists, or may come to exist, in the console that is driven. */
export interface Known {
  instances: string[]
  /** Exec sessions by the name of the caller who opened them. */
  sessions: Map<string, string>
  tokens: string[]
  digests: string[]
  dockerSocket: string
  signInCode: string
  sshPort: number
  sshUser: string
  sshKey: string
  sshHostKey: string
  tricks: readonly string[]
}

/** Apps called img-… have an image only, so that thousands of instances of them cost nothing but numbers. */
export const APPS = ['img-1', 'img-2', 'cmd-1', 'cmd-2', 'never-there']
export const HOSTS = ['workstation', 'ssh-1', 'docker-1', 'docker-2', 'new-1', 'new-2', 'never-there']
/** Somebody who can sign in, most of the time. */
export const SIGNER = { name: 'olga', password: 'correct horse battery' }
const USERS = ['olga', 'otto', 'nina']
const SECRETS = ['db', 'api', 'never-there']
const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'
const NO_DIGEST = `sha256:${'0'.repeat(64)}`
const PATTERNS = ['x.*', '(a+)+$', '[', '(?=x)', '\\1', '(?<n>x)', '.{1,1000}', '']
const NAMES: Record<string, readonly string[]> = {
  apps: APPS,
  hosts: HOSTS,
  users: USERS,
  secrets: SECRETS,
  session: USERS,
  tokens: ['pipeline', 'robot'],
}

const pick = (...values: readonly unknown[]) => fc.constantFrom(...values)
const durations = pick('0s', '500ms', '1s', '10s', '5m')
const amounts = pick('1Mi', '16Mi', '64Mi', '1M')

/** Values of fields whose names say what they are, so that a good part of all requests means something. */
export function knownFields(known: Known, operation: DocumentedOperation, inBody = false): FieldValues {
  const area = operation.path.split('/')[3] ?? ''
  const trick = fc.constantFrom(...known.tricks)
  const fields: Record<string, fc.Arbitrary<unknown>> = {
    address: pick('127.0.0.1', '127.0.0.2', '::1', 'no-such-host.invalid'),
    user: pick(known.sshUser, 'nobody'),
    privateKey: pick(known.sshKey, known.sshKey, PEM),
    passphrase: trick,
    password: fc.oneof(
      pick(SIGNER.password),
      fc.string({ minLength: 12, maxLength: 20 }),
      trick.map((text) => `${text} and more`),
    ),
    hostKey: pick(known.sshHostKey, `SHA256:${'A'.repeat(43)}`),
    ca: pick(PEM),
    cert: pick(PEM),
    cpu: pick('100m', '0.1', 0.25),
    memory: amounts,
    disk: amounts,
    image: pick('shop:1', 'registry.example/nginx:1.27', `a@sha256:${'a'.repeat(64)}`),
    artifact: pick(NO_DIGEST, ...known.digests),
    digest: pick(NO_DIGEST, ...known.digests),
    instances: fc.integer({ min: 0, max: 3 }),
    command: fc
      .tuple(pick('true', 'sleep', 'printf', './no-such-program'), fc.array(fc.oneof(trick, pick('1', '2')), { maxLength: 4 }))
      .map(([program, rest]) => [program, ...rest]),
    app: pick(...APPS),
    host: pick(...HOSTS),
    names: fc.array(pick(...HOSTS), { minLength: 1, maxLength: 3 }),
    apps: pick('img-1', 'img-1,cmd-1', APPS.join(',')),
    hosts: pick('docker-1', 'docker-1,ssh-1', HOSTS.join(',')),
    instance: pick('never-there', ...known.instances),
    id: pick('never-there', ...(area === 'tokens' ? known.tokens : known.instances)),
    session: pick('abcdefghijkl', ...known.sessions.values()),
    from: pick(Date.now() - 600_000, 0, -8e15),
    to: pick(Date.now(), 8e15),
    metric: pick('cpu', 'memory', 'app:x', '__proto__'),
    code: fc.oneof(fc.string(), trick, pick(known.signInCode)),
    data: pick('', 'bHMK', 'ZXhpdAo='),
    sort: pick('name', '-name', 'status', 'constructor', '-toString'),
    kind: pick('app', 'host.added', 'app,host', '__proto__'),
    label: pick('disk=ssd', 'gpu', 'a=,=b,,'),
    text: importTexts(known),
    value: fc.oneof(trick, pick(...PATTERNS), fc.string({ minLength: 1 })),
    note: trick,
    description: trick,
    grace: durations,
    interval: durations,
    timeout: durations,
    initial: durations,
    replaceAfter: durations,
    generation: fc.integer({ min: 1, max: 30 }),
    revision: fc.integer({ min: 1, max: 3 }),
  }
  return (key, schema) => {
    if (key === 'name' && schema.pattern !== undefined)
      return inBody && area === 'apps' ? pick('http', 'admin', 'web') : pick(...(NAMES[area] ?? APPS))
    if (key === 'path')
      return schema.pattern?.includes('\\0') ? pick(known.dockerSocket) : pick('/', '/health?x=1', '/你好', '/\u0001', '/#x')
    if (key === 'key') return pick(PEM)
    if (key === 'port' && isNumber(schema)) return pick(known.sshPort, 1, 9)
    if (key === 'host' && schema.anyOf) return pick('auto', 'auto', 31_000, '32000-32010')
    if (key === 'secrets')
      return fc.dictionary(pick('DB', 'API', 'PATH', 'constructor', '__proto__') as fc.Arbitrary<string>, pick('db', 'api'), {
        maxKeys: 2,
        noNullPrototype: true,
      })
    if (key === 'max' && schema.type === 'string') return durations
    if ((key === 'kind' || key === 'value') && ('const' in schema || schema.enum || isNumber(schema))) return undefined
    return Object.hasOwn(fields, key) && !schema.enum && schema.type !== 'object' && schema.type !== 'boolean' ? fields[key] : undefined
  }
}

const isNumber = (schema: JsonSchema) => schema.type === 'integer'

function importTexts({ dockerSocket }: Known): fc.Arbitrary<unknown> {
  const levels = Array.from({ length: 9 }, (_, level) => `l${level + 1}: &l${level + 1} [${Array(9).fill(`*l${level}`).join(', ')}]`)
  return pick(
    `name,kind,path\nnew-1,docker-socket,${dockerSocket}\n`,
    `- name: new-2\n  connection: {kind: docker-socket, path: ${dockerSocket}}\n`,
    `- name: never\n  connection: {kind: local}\n  labels: {__proto__: x}\n`,
    `- &a [x, *a]\n`,
    `- &l0 [x]\n- {${levels.join(', ')}}\n`,
    `- [${'['.repeat(5000)}]\n`,
    `${'- '.repeat(3000)}x\n`,
    `- !!js/function "function(){}"\n- !!binary "x"\n- {? {a: b} : c}\n- <<: *nowhere\n`,
    'name,kind\n"new-1,ssh\n',
    `__proto__,constructor\n1,2\n`,
    'a,b\n1\n1,2,3\n',
    '%YAML 9.9\n---\n- \u0000\n',
    '',
  )
}
