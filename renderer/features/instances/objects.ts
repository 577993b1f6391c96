import { Box, Square } from 'lucide-vue-next'
import type { Instance } from '../../../core/contract/index.ts'
import { client } from '../../app/client.ts'
import type { FoundObject, ObjectKind } from '../../app/palette/command.ts'
import { instanceState, toneOf } from '../../shared/status/tone-of.ts'

const path = (id: string) => `/instances/${id}`
const hasEnded = ({ status }: Instance) => status === 'stopped' || status === 'failed'

function found(instance: Instance): FoundObject {
  const state = instanceState(instance)
  return {
    name: instance.id,
    to: path(instance.id),
    tone: toneOf('instance', state),
    statusKey: `status.instance.${state}`,
    detail: `${instance.app} · ${instance.host}`,
    actions: hasEnded(instance)
      ? []
      : [{ id: 'stop', icon: Square, verbKey: 'action.stop', role: 'operator', to: { path: path(instance.id), query: { do: 'stop' } } }],
  }
}

export const objects: ObjectKind = {
  kind: 'instance',
  titleKey: 'find.instances',
  icon: Box,
  to: path,
  verbs: ['action.stop'],
  find: async (query, signal) => (await client.instances.list(query, { signal })).items.map(found),
  get: async (id, signal) => found(await client.instances.get({ id }, { signal })),
}
