export type HostFormat = 'csv' | 'yaml'

/** What a text of hosts is written in, by the name of its file or else by how it begins. Pure. */
export function formatOf(text: string, fileName = ''): HostFormat {
  if (/\.ya?ml$/i.test(fileName)) return 'yaml'
  if (/\.csv$/i.test(fileName)) return 'csv'
  const first = text.split('\n').find((line) => line.trim() !== '' && !line.trim().startsWith('#')) ?? ''
  return /^\s*(-\s|-$|\[|---)/.test(first) ? 'yaml' : 'csv'
}

/** Where a line (from 1) begins and ends in a text. Pure. */
export function lineRange(text: string, line: number): [number, number] {
  const lines = text.split('\n')
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0)
  return [Math.min(start, text.length), Math.min(start + (lines[line - 1]?.length ?? 0), text.length)]
}

/** A short text of each kind to start from. */
export const EXAMPLES: Record<HostFormat, string> = {
  csv: [
    'name,kind,address,user,password,centre,room,rack,domain,labels',
    'web-1,docker-ssh,10.0.0.11,root,change-me,east,room 1,r01,business,disk=ssd; tier=web',
    'web-2,ssh,10.0.0.12,ops,change-me,east,room 1,r02,business,disk=hdd',
    '',
  ].join('\n'),
  yaml: [
    '- name: web-1',
    '  connection:',
    '    kind: docker-ssh',
    '    ssh: { address: 10.0.0.11, user: root, password: change-me }',
    '  centre: east',
    '  rack: r01',
    '  labels: { disk: ssd, tier: web }',
    '- name: web-2',
    '  connection:',
    '    kind: ssh',
    '    ssh: { address: 10.0.0.12, user: ops, password: change-me }',
    '',
  ].join('\n'),
}
