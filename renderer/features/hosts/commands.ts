import { Ban, CircleCheck, FileUp, LogOut, Plus, Server, Trash2 } from 'lucide-vue-next'
import type { Host } from '../../../core/contract/index.ts'
import { client } from '../../app/client.ts'
import type { Command, FoundObject, ObjectAction, ObjectKind } from '../../app/palette/command.ts'
import { toneOf, type StatusKind } from '../../shared/status/tone-of.ts'

export const commands: readonly Command[] = [
  { id: 'hosts.add', icon: Plus, titleKey: 'hosts.add', role: 'administrator', open: '/hosts/_add', keys: 'n h' },
  { id: 'hosts.import', icon: FileUp, titleKey: 'hosts.importer.title', role: 'administrator', open: '/hosts/_import' },
]

const VERBS = { cordon: Ban, uncordon: CircleCheck, drain: LogOut, remove: Trash2 } as const
type Verb = keyof typeof VERBS
const verbKey = (verb: Verb) => `hosts.action.${verb}`

function actionsOf({ name, scheduling }: Host): ObjectAction[] {
  const action = (verb: Verb): ObjectAction => ({
    id: verb,
    icon: VERBS[verb],
    verbKey: verbKey(verb),
    role: verb === 'remove' ? 'administrator' : 'operator',
    to: { path: `/hosts/${name}`, query: { do: verb } },
  })
  const drains = scheduling === 'open' || scheduling === 'cordoned'
  return [action(scheduling === 'open' ? 'cordon' : 'uncordon'), ...(drains ? [action('drain')] : []), action('remove')]
}

function found(host: Host): FoundObject {
  const { name, status, scheduling, centre, room, rack, connection } = host
  const shown: [StatusKind, string] = status === 'ready' && scheduling !== 'open' ? ['scheduling', scheduling] : ['host', status]
  return {
    name,
    to: `/hosts/${name}`,
    tone: toneOf(...shown),
    statusKey: `status.${shown[0]}.${shown[1]}`,
    detail: [centre, room, rack].filter(Boolean).join(' · ') || connection.address,
    actions: actionsOf(host),
  }
}

export const objects: ObjectKind = {
  kind: 'host',
  titleKey: 'hosts.title',
  icon: Server,
  to: (name) => `/hosts/${name}`,
  verbs: (Object.keys(VERBS) as Verb[]).map(verbKey),
  find: async (query, signal) => (await client.hosts.list(query, { signal })).items.map(found),
  get: async (name, signal) => found(await client.hosts.get({ name }, { signal })),
}
