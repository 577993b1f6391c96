import { os, principalOf } from '../base/routing.ts'
import type { DrainPreview } from '../contract/index.ts'
import type { Hosts } from './hosts.ts'

/** What the routes of hosts ask of the layers above. */
export interface HostViews {
  previewDrain(host: string): Promise<DrainPreview>
}

const SCHEDULING = { cordon: 'cordoned', uncordon: 'open', drain: 'draining' } as const

export function hostRoutes(hosts: Hosts, views: HostViews) {
  const api = os.hosts
  return {
    list: api.list.handler(({ input }) => hosts.list(input)),
    names: api.names.handler(({ input }) => hosts.names(input)),
    facets: api.facets.handler(({ input }) => hosts.facets(input)),
    get: api.get.handler(({ input }) => hosts.get(input.name)),
    test: api.test.handler(({ input }) => hosts.test(input.connection)),
    testSteps: api.testSteps.handler(({ input }) => hosts.testSteps(input.connection)),
    add: api.add.handler(({ input, context }) => hosts.add(input, principalOf(context).actor)),
    importMany: api.importMany.handler(({ input, context }) => hosts.importMany(input, principalOf(context).actor)),
    importSteps: api.importSteps.handler(({ input, context }) => hosts.importSteps(input, principalOf(context).actor)),
    update: api.update.handler(({ input: { name, ...patch }, context }) => hosts.update(name, patch, principalOf(context).actor)),
    retest: api.retest.handler(({ input }) => hosts.retest(input.name)),
    retestSteps: api.retestSteps.handler(({ input }) => hosts.retestSteps(input.name)),
    moveTestSteps: api.moveTestSteps.handler(({ input }) => hosts.retestSteps(input.name, input.move)),
    trustKey: api.trustKey.handler(({ input, context }) => hosts.trustKey(input.name, input.hostKey, principalOf(context).actor)),
    cordon: api.cordon.handler(({ input, context }) => hosts.setScheduling(input.name, 'cordoned', principalOf(context).actor)),
    uncordon: api.uncordon.handler(({ input, context }) => hosts.setScheduling(input.name, 'open', principalOf(context).actor)),
    scheduleMany: api.scheduleMany.handler(({ input, context }) =>
      hosts.scheduleMany(input.names, SCHEDULING[input.action], principalOf(context).actor),
    ),
    labelMany: api.labelMany.handler(({ input: { names, ...change }, context }) =>
      hosts.labelMany(names, change, principalOf(context).actor),
    ),
    previewDrain: api.previewDrain.handler(async ({ input }) => {
      await hosts.get(input.name)
      return views.previewDrain(input.name)
    }),
    drain: api.drain.handler(({ input, context }) => hosts.setScheduling(input.name, 'draining', principalOf(context).actor)),
    remove: api.remove.handler(({ input, context }) => hosts.remove(input.name, input.force, principalOf(context).actor)),
  }
}
