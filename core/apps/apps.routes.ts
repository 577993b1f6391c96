import { z } from 'zod'
import { os, principalOf } from '../base/routing.ts'
import { AppSpec, type Explanation, type LogLine, type LogQuery, type Preview, type PreviewAction } from '../contract/index.ts'
import type { Apps } from './apps.ts'

/** What the routes of apps and instances ask of the layers above. */
export interface AppViews {
  explain(app: string): Promise<Explanation>
  preview(app: string, change: PreviewAction): Promise<Preview>
  logs(query: z.output<typeof LogQuery> & { app: string; ended: boolean }, signal: AbortSignal | undefined): AsyncGenerator<LogLine>
  measured(instance: string): { cpuMillis: number | null; memoryBytes: number | null; requestsPerSecond: number | null; at: number | null }
}

export function appRoutes(apps: Apps, views: AppViews) {
  const api = os.apps
  return {
    list: api.list.handler(({ input }) => apps.list(input)),
    get: api.get.handler(({ input }) => apps.get(input.name)),
    apply: api.apply.handler(({ input, context }) => apps.apply(input, principalOf(context).actor)),
    preview: api.preview.handler(({ input }) => views.preview(input.name, input.change)),
    scale: api.scale.handler(({ input, context }) => apps.scale(input, principalOf(context).actor)),
    restart: api.restart.handler(({ input, context }) => apps.restart(input, principalOf(context).actor)),
    stop: api.stop.handler(({ input, context }) => apps.stop(input, principalOf(context).actor)),
    start: api.start.handler(({ input, context }) => apps.start(input, principalOf(context).actor)),
    rollback: api.rollback.handler(({ input, context }) => apps.rollback(input, principalOf(context).actor)),
    remove: api.remove.handler(({ input, context }) => apps.remove(input.name, principalOf(context).actor)),
    revisions: api.revisions.handler(({ input }) => apps.revisions(input.name)),
    explain: api.explain.handler(({ input }) => views.explain(input.name)),
    logs: api.logs.handler(async ({ input: { name, ...query }, signal }) => {
      await apps.record(name)
      return views.logs({ ...query, app: name }, signal)
    }),
    top: api.top.handler(async ({ input }) => {
      await apps.record(input.name)
      const { items } = await apps.listInstances({ app: input.name, ended: false, offset: 0, limit: 1000, sort: 'host' })
      return { items: items.map(({ id, host, status, health }) => ({ id, host, status, health, ...views.measured(id) })) }
    }),
    schema: api.schema.handler(() => z.toJSONSchema(AppSpec, { io: 'input', unrepresentable: 'any' })),
  }
}
