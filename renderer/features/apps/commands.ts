import { LayoutGrid, Pencil, Play, Plus, RotateCw, Scaling, Square, Trash2 } from 'lucide-vue-next'
import type { App } from '../../../core/contract/index.ts'
import { client } from '../../app/client.ts'
import type { Command, FoundObject, ObjectAction, ObjectKind } from '../../app/palette/command.ts'
import { toneOf } from '../../shared/status/tone-of.ts'

export const commands: readonly Command[] = [
  { id: 'apps.deploy', icon: Plus, titleKey: 'apps.deploy', role: 'operator', open: '/deploy', keys: 'n a' },
]

const VERBS = { scale: Scaling, edit: Pencil, restart: RotateCw, stop: Square, start: Play, remove: Trash2 } as const
type Verb = keyof typeof VERBS
const verbKey = (verb: Verb) => `apps.action.${verb}`

function obstacleOf(verb: Verb, { state }: App): string | undefined {
  if (state === 'removing') return 'apps.notWhileRemoving'
  return state === 'stopped' && (verb === 'scale' || verb === 'restart') ? 'apps.notWhileStopped' : undefined
}

function actionsOf(app: App): ObjectAction[] {
  const verbs = (Object.keys(VERBS) as Verb[]).filter((verb) => verb !== (app.state === 'stopped' ? 'stop' : 'start'))
  return verbs.map((verb) => ({
    id: verb,
    icon: VERBS[verb],
    verbKey: verbKey(verb),
    role: 'operator',
    to: verb === 'edit' ? `/apps/${app.name}/edit` : { path: `/apps/${app.name}`, query: { do: verb } },
    obstacleKey: obstacleOf(verb, app),
  }))
}

const found = (app: App): FoundObject => ({
  name: app.name,
  to: `/apps/${app.name}`,
  tone: toneOf('app', app.status),
  statusKey: `status.app.${app.status}`,
  detail: app.description,
  actions: actionsOf(app),
})

export const objects: ObjectKind = {
  kind: 'app',
  titleKey: 'apps.title',
  icon: LayoutGrid,
  to: (name) => `/apps/${name}`,
  verbs: (Object.keys(VERBS) as Verb[]).map(verbKey),
  find: async (query, signal) => (await client.apps.list(query, { signal })).items.map(found),
  get: async (name, signal) => found(await client.apps.get({ name }, { signal })),
}
