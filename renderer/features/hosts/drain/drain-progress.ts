import type { DrainPreview, Instance } from '../../../../core/contract/index.ts'

/** One app on a draining host: what is left of it there, and what holds it up. */
export interface DrainingApp {
  app: string
  left: number
  stuck: number
  why: string
}

/** What is left on a draining host, app by app; those that cannot move come first. Pure. */
export function drainingApps(instances: readonly Pick<Instance, 'app'>[], plan: DrainPreview | null): DrainingApp[] {
  const planned = new Map(plan?.apps.map((one) => [one.app, one]))
  return [...Map.groupBy(instances, ({ app }) => app)]
    .map(([app, list]) => {
      const { stuck = 0, summary = '' } = planned.get(app) ?? {}
      // Instances whose replacements are starting elsewhere are still here, too, and nothing stands against them.
      return { app, left: list.length, stuck: summary === '' ? 0 : Math.min(stuck, list.length), why: summary }
    })
    .sort((one, other) => other.stuck - one.stuck || one.app.localeCompare(other.app))
}
