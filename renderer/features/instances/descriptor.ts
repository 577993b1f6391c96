import type { Feature } from '../../app/feature.ts'
import { messages } from './messages.ts'
import { objects } from './objects.ts'
import { lazy } from '../../app/lazy.ts'

/** Reached from the pages of apps and hosts and from events; it has no entry in the navigation. */
export const instances: Feature = {
  id: 'instances',
  role: 'viewer',
  messages,
  routes: [
    {
      path: 'instances/:id/:tab?',
      name: 'instance',
      component: lazy(() => import('./views/InstancePage.vue')),
      meta: { titleKey: 'instances.title', object: 'instance', tabsKey: 'instances.tab' },
    },
  ],
  objects,
}
