import { os } from '../base/routing.ts'
import type { Monitoring } from './monitoring.ts'

export function seriesRoutes(monitoring: Monitoring) {
  const api = os.series
  return {
    query: api.query.handler(({ input }) => monitoring.query(input)),
    apps: api.apps.handler(async ({ input }) => ({ items: await monitoring.appUse(input.apps.split(','), input.history) })),
    names: api.names.handler(async ({ input }) => ({ items: await monitoring.names(input.app) })),
  }
}
