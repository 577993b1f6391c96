import { parse as parseCsv } from 'csv-parse/sync'
import { LineCounter, parseDocument, isSeq } from 'yaml'
import { z } from 'zod'
import { HostInput, parseBytes, parseCpu, type ImportLine } from '../contract/index.ts'

type Line = z.output<typeof ImportLine>
export interface ParsedLine {
  line: number
  input?: HostInput
  report: Line
}

const MAX_HOSTS = 10_000

/** Reads hosts from CSV (one a row, columns as in the user guide) or YAML (a list of hosts). Every line gets a verdict. */
export function parseHosts(format: 'csv' | 'yaml', text: string): ParsedLine[] {
  return format === 'csv' ? parseCsvHosts(text) : parseYamlHosts(text)
}

function verdict(line: number, value: unknown): ParsedLine {
  const named = z.looseObject({ name: z.string() }).safeParse(value)
  const name = named.success ? named.data.name : null
  const result = HostInput.safeParse(value)
  if (result.success) return { line, input: result.data, report: { line, name, status: 'valid', issues: [] } }
  const issues = result.error.issues.map((issue) => ({ field: issue.path.join('.') || 'host', message: issue.message }))
  return { line, report: { line, name, status: 'invalid', issues } }
}

function unreadable(line: number, message: string): ParsedLine[] {
  return [{ line, report: { line, name: null, status: 'invalid', issues: [{ field: 'file', message }] } }]
}

function parseYamlHosts(text: string): ParsedLine[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'error' })
  const broken = document.errors[0]
  if (broken) return unreadable(broken.linePos?.[0].line ?? 1, broken.message.split('\n')[0] ?? 'not YAML')
  if (!isSeq(document.contents)) return unreadable(1, 'write a list of hosts, each starting with "- name: …"')
  if (document.contents.items.length > MAX_HOSTS) return unreadable(1, `at most ${MAX_HOSTS} hosts at once`)
  const values = plainValues(document)
  if (!values) return unreadable(1, 'the file repeats parts of itself (aliases) far too often; write the hosts out')
  return document.contents.items.map((item, index) => {
    const at = (item as { range?: [number, number, number] }).range?.[0]
    return verdict(at === undefined ? index + 1 : lines.linePos(at).line, values[index])
  })
}

/** A small file can stand for an endless one through aliases; the parser stops at a hundred. */
function plainValues(document: ReturnType<typeof parseDocument>): unknown[] | null {
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown[]
  } catch {
    return null
  }
}

function parseCsvHosts(text: string): ParsedLine[] {
  let rows: { record: Record<string, string>; info: { lines: number } }[]
  try {
    rows = parseCsv(text, {
      columns: true,
      trim: true,
      skip_empty_lines: true,
      bom: true,
      info: true,
      to: MAX_HOSTS,
    }) as unknown as typeof rows
  } catch (error) {
    const { message, lines } = error as Error & { lines?: number }
    return unreadable(lines ?? 1, message)
  }
  return rows.map(({ record, info }) => verdict(info.lines, fromRow(record)))
}

/** Columns: name, kind, address, port, user, password, private_key, host_key, ca, cert, key, path, centre, room, rack, domain, labels (k=v;k=v), reserve_cpu, reserve_memory. */
function fromRow(row: Record<string, string>): unknown {
  const text = (name: string) => (row[name] === '' ? undefined : row[name])
  const port = text('port') === undefined ? {} : { port: Number(row.port) }
  const ssh = dropUndefined({
    address: text('address'),
    ...port,
    user: text('user'),
    password: text('password'),
    privateKey: pem(text('private_key')),
    hostKey: text('host_key'),
  })
  const path = text('path') === undefined ? {} : { path: text('path') }
  const kind = text('kind')
  const tls = dropUndefined({ address: text('address'), ...port, ca: pem(text('ca')), cert: pem(text('cert')), key: pem(text('key')) })
  const rest =
    kind === 'ssh' ? { ssh } : kind === 'docker-ssh' ? { ssh, ...path } : kind === 'docker-tls' ? tls : kind === 'docker-socket' ? path : {}
  return {
    name: row.name,
    connection: { kind, ...rest },
    ...dropUndefined({ centre: text('centre'), room: text('room'), rack: text('rack'), domain: text('domain') }),
    labels: labelsOf(text('labels') ?? ''),
    systemReserve: dropUndefined({
      cpuMillis: text('reserve_cpu') === undefined ? undefined : (parseCpu(row.reserve_cpu ?? '') ?? NaN),
      memoryBytes: text('reserve_memory') === undefined ? undefined : (parseBytes(row.reserve_memory ?? '') ?? NaN),
    }),
  }
}

/** Labels in one CSV cell are written "key=value; key=value". */
function labelsOf(text: string): Record<string, string> {
  const pairs = text.split(';').filter((pair) => pair.trim() !== '')
  return Object.fromEntries(pairs.map((pair) => [(pair.split('=')[0] ?? '').trim(), pair.split('=').slice(1).join('=').trim()]))
}

/** A PEM in one CSV cell writes its line ends as \n. */
function pem(text: string | undefined): string | undefined {
  return text?.replaceAll('\\n', '\n')
}

function dropUndefined(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined))
}
