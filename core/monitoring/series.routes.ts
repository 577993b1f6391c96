import { os } from '../base/routing.ts'
import type { History } from './history.ts'

export function seriesRoutes(history: History) {
  const api = os.series
  return {
    query: api.query.handler(({ input }) => history.query(input)),
    names: api.names.handler(async ({ input }) => ({ items: await history.names(input.app) })),
  }
}
