import type { SeededRandom } from '../support/random.ts'

/** A command that leaves a file behind wherever a shell interprets it; `canary` is the folder for such files. */
export function shellTricks(canary: string): string[] {
  const touch = `touch ${canary}/hit`
  return [
    `$(${touch}1)`,
    `\`${touch}2\``,
    `; ${touch}3 #`,
    `' ; ${touch}4 ; '`,
    `" ; ${touch}5 ; "`,
    `\n${touch}6\n`,
    `| ${touch}7`,
    `&& ${touch}8`,
    `\\'; ${touch}9; \\'`,
    `x\r\n${touch}10`,
    `\${IFS}$(${touch}11)`,
    `'"\`$(${touch}12)\`"'`,
    `>${canary}/hit13`,
    `!!; ${touch}14`,
    `-c ${touch}15`,
    `--checkpoint-action=exec=${touch}16`,
    '~root',
    '*',
    '{a,b}',
    '\\',
    "'",
    '"',
    "''''''",
    '$HOME',
    '%s%n',
  ]
}

const TEXTS = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\u001b[2J\u001b]0;owned\u0007',
  '\u009b31m',
  'line\r\nInjected: yes',
  '{"level":60,"msg":"forged"}\n{"level":60}',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' or '1'='1",
  "'; drop table apps; --",
  '../../../../etc/passwd',
  '..\\..\\windows',
  '/etc/shadow',
  '%00',
  '%2e%2e%2f',
  '%ff',
  '%',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'http://169.254.169.254/latest/meta-data/',
  '169.254.169.254',
  '[::ffff:169.254.169.254]',
  '0xa9fea9fe',
  'file:///etc/passwd',
  '\u202egnp.exe',
  '\ud800',
  '\udfff\ud800',
  '\ufeffname',
  '\ufdfa'.repeat(20),
  'e\u0301\u0301\u0301\u0301',
  'ﬀ',
  'İ',
  'ŝhop',
  'ѕhop',
  '１２３',
  '٣',
  'NaN',
  'Infinity',
  '1e999',
  '-0',
  '0x10',
  '-1',
  '9'.repeat(400),
  '/你好?q=é',
  '/\u0001',
  'null',
  'undefined',
  'true',
  '[object Object]',
  '${7*7}{{7*7}}<%= 7*7 %>',
  '(a+)+$',
  '[',
  '(?=x)\\1',
  'a'.repeat(64),
  'a'.repeat(300),
  '-rf',
  '--help',
  'a,'.repeat(480),
  'a=b,'.repeat(240),
  '%'.repeat(150),
  'x'.repeat(70_000),
]

const NUMBERS = [-1, 0, 1, 1.5, -0, 1e21, 1e308, -1e308, 2 ** 31, 2 ** 53, 2 ** 53 + 2, 2 ** 63, 5e-324, 10_001, 65_536, 70_000]

const ODD: (() => unknown)[] = [
  () => null,
  () => true,
  () => [],
  () => ({}),
  () => [[[[]]]],
  () => [null, 1, 'x', {}],
  () => Array.from({ length: 3000 }, () => 'x'),
  () => Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`k${index}`, 'x'])),
  () => ({ then: 1, toString: null, length: -1 }),
  () => ({ __type: 'x', $ref: '#', json: 1, meta: [[0, 'a']] }),
]

/** Something that a field is not meant to hold. */
export function hostileValue(random: SeededRandom, tricks: readonly string[]): unknown {
  const kind = random.next()
  if (kind < 0.35) return at(TEXTS, random)
  if (kind < 0.6) return at(tricks, random)
  if (kind < 0.8) return at(NUMBERS, random)
  return at(ODD, random)?.()
}

export const hostileText = (random: SeededRandom, tricks: readonly string[]): string =>
  String(at(random.chance(0.5) ? TEXTS : tricks, random))

/** One of the items; undefined only for none. */
export function at<T>(items: readonly T[], random: SeededRandom): T | undefined {
  return items[random.below(items.length)]
}

type Box = Record<string, unknown> | unknown[]

/** Changes one place somewhere in `value`, so that it almost fits what it fitted before. */
export function spoil(value: unknown, random: SeededRandom, tricks: readonly string[]): unknown {
  const copy: unknown = structuredClone(value)
  const boxes = boxesOf(copy)
  const box = at(boxes, random)
  if (!box) return hostileValue(random, tricks)
  const keys = Object.keys(box)
  const key = at(keys, random)
  const place = box as Record<string, unknown>
  const act = random.next()
  if (key === undefined || act < 0.15)
    place[at(['__proto__', 'constructor', 'extra', 'Name', ' name', 'role'], random) ?? 'extra'] = hostileValue(random, tricks)
  else if (act < 0.3) Reflect.deleteProperty(box, key)
  else if (act < 0.35 && Array.isArray(box)) box.push(...Array.from({ length: 200 }, () => structuredClone(box[0])))
  else if (act < 0.4) place[key] = [place[key]]
  else if (act < 0.45) place[key] = String(place[key])
  else place[key] = hostileValue(random, tricks)
  return copy
}

function boxesOf(value: unknown): Box[] {
  if (typeof value !== 'object' || value === null) return []
  return [value as Box, ...Object.values(value).flatMap(boxesOf)]
}

const LIMIT = 2 * 2 ** 20

/** Whole bodies that are wrong before anyone looks at a field; `good` is one that fits. */
export const RAW_BODIES: Record<string, (good: string) => Uint8Array | string> = {
  empty: () => '',
  space: () => ' \n ',
  null: () => 'null',
  list: (good) => `[${good}]`,
  text: () => '"x"',
  cut: (good) => good.slice(0, -1),
  tail: (good) => `${good}}`,
  twice: (good) => good + good,
  'single-quotes': () => "{'a': 1}",
  comment: (good) => `/* x */ ${good}`,
  'deep-lists': () => '{"name":' + '['.repeat(100_000) + ']'.repeat(100_000) + '}',
  'deep-objects': () => '{"spec":'.repeat(60_000) + '1' + '}'.repeat(60_000),
  'open-lists': () => '['.repeat(500_000),
  'duplicate-keys': (good) => good.replace(/\}$/, `${good === '{}' ? '' : ','}"instances":1,"instances":99999}`),
  proto: (good) => good.replace(/\}$/, `${good === '{}' ? '' : ','}"__proto__":{"role":"administrator","dryRun":true}}`),
  'constructor-prototype': (good) =>
    good.replace(/\}$/, `${good === '{}' ? '' : ','}"constructor":{"prototype":{"role":"administrator"}}}`),
  'not-utf8': (good) => Buffer.concat([Buffer.from(good.slice(0, -1)), Buffer.from([0xff, 0xfe, 0xc0, 0x80]), Buffer.from('}')]),
  overlong: () => Buffer.from([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d]),
  utf16: (good) => Buffer.from(`\ufeff${good}`, 'utf16le'),
  bom: (good) => `\ufeff${good}`,
  nul: () => Buffer.alloc(500),
  'huge-number': () => '{"instances":1e999,"limit":' + '9'.repeat(10_000) + '}',
  'not-a-number': () => '{"instances":NaN}',
  'lone-surrogate': () => '{"note":"\\ud800","name":"\\udc00"}',
  'just-too-large': (good) => `${good}${' '.repeat(LIMIT)}`,
  huge: () => Buffer.alloc(LIMIT * 3, 0x7b),
  'many-keys': () => `{${Array.from({ length: 100_000 }, (_, index) => `"k${index}":1`).join(',')}}`,
  'long-key': () => `{"${'k'.repeat(1_000_000)}":1}`,
}

export const CONTENT_TYPES = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'multipart/form-data',
  'application/json; charset=utf-16',
  'application/jsonp',
  'application/xml',
  'application/octet-stream',
  'text/html',
  '*/*',
  '',
]

export const HEADERS: readonly Record<string, string>[] = [
  { authorization: 'Bearer' },
  { authorization: 'Bearer ' },
  { authorization: `Bearer ${'x'.repeat(8000)}` },
  { authorization: 'Basic YWRtaW46YWRtaW4=' },
  { authorization: 'bearer  two-spaces' },
  { authorization: "Bearer ' or 1=1 --" },
  { cookie: Array.from({ length: 400 }, (_, index) => `c${index}=x`).join('; ') },
  { cookie: 'spacefort=; __proto__=1; =; ;;;' },
  { origin: 'http://evil.example' },
  { origin: 'null' },
  { 'sec-fetch-site': 'cross-site' },
  { host: 'evil.example' },
  { host: '169.254.169.254' },
  { host: 'localhost:99999' },
  { host: 'localhost@evil.example' },
  { host: '' },
  { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'for=127.0.0.1' },
  { 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE' },
  { 'idempotency-key': '' },
  { 'idempotency-key': 'with space' },
  { 'idempotency-key': 'k'.repeat(300) },
  { 'idempotency-key': '\u00e9' },
  { 'last-event-id': 'abc' },
  { 'last-event-id': '-1' },
  { 'last-event-id': '9'.repeat(40) },
  { 'last-event-id': '1.5' },
  { 'content-disposition': 'attachment; filename="../../x"' },
  { 'content-encoding': 'gzip' },
  { accept: 'text/html, image/*;q=zz' },
  { range: 'bytes=0-,0-,0-' },
  { 'if-none-match': '*' },
  { expect: '100-continue' },
  { connection: 'upgrade', upgrade: 'websocket', 'sec-websocket-key': 'x', 'sec-websocket-version': '13' },
  { 'user-agent': '\u00ff{"level":60}' },
  { trailer: 'x', te: 'trailers' },
]

/** Ways to write a path that are not the way it is meant; each gets the good path. */
export const PATHS: readonly ((path: string) => string)[] = [
  (path) => `${path}/`,
  (path) => `${path}//`,
  (path) => path.replace('/api/v1/', '/api/v1//'),
  (path) => path.replace('/api/v1/', '/api/v1/../v1/'),
  (path) => path.replace('/api/', '/API/'),
  (path) => path.toUpperCase(),
  (path) => `${path}%00`,
  (path) => `${path}%ff`,
  (path) => `${path}%`,
  (path) => `${path}%2e%2e%2f%2e%2e%2fetc%2fpasswd`,
  (path) => `${path}/../../../../etc/passwd`,
  (path) => `${path};a=b`,
  (path) => `${path}%0d%0aInjected:%20yes`,
  (path) => `${path}${'a'.repeat(5000)}`,
  (path) => `${path}${'/a'.repeat(2000)}`,
  (path) => `${path}%C0%AE%C0%AE`,
  (path) => `${path}%E2%80%AE`,
  (path) => `${path}.json`,
  (path) => `/${path}`,
  (path) => path.replace('/api/v1', '/api/v2'),
  () => '/..%2f..%2f..%2fetc%2fpasswd',
  () => '/assets/..%5c..%5csecret.key',
  () => '/docs/../../package.json',
  () => '/docs/%2e%2e/package.json',
  () => '/.git/config',
  () => '/secret.key',
  () => '/metrics?x=1',
  () => '/api/v1/artifacts/sha256:..%2f..%2fsecret.key',
  () => '/api/v1/artifacts/%2e%2e',
]

/** Queries that are wrong in form. */
export const QUERIES: readonly string[] = [
  'limit=1&limit=2',
  'limit[]=1&limit[]=2',
  'limit[a]=1',
  'q[__proto__][polluted]=1',
  '__proto__[role]=administrator',
  'constructor[prototype][role]=administrator',
  'limit[999999999]=1',
  'limit[4294967295]=1',
  `q${'[a]'.repeat(1000)}=1`,
  'q=%ff%fe',
  'q=%00',
  'q=%',
  'q=%E2%80%AE',
  `q=${'a'.repeat(9000)}`,
  Array.from({ length: 1500 }, (_, index) => `k${index}=1`).join('&'),
  '&&&==&=',
  '[]=1',
  'q[=1',
  'q]=1',
  'limit=1e3',
  'limit=0x10',
  'limit=%2010',
  'limit=-0',
  'limit=',
  'limit=Infinity',
  'offset=9007199254740991',
  'offset=1e300',
  'sort=constructor',
  'sort=-__proto__',
  'sort=..',
  'kind=__proto__',
  `kind=${'app,'.repeat(240)}`,
  `label=${'a%3Db,'.repeat(150)}`,
  'label=%3D',
  'status=toString',
  'ended=TRUE',
  'after=-9007199254740991',
  'before=1.5',
  'tail=10001',
  'token=sf_x&access_token=sf_x',
  'data=%7B%22a%22%3A1%7D',
  '?',
  '#x',
]
