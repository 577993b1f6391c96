import type { Feature } from '../../app/feature.ts'
import { lazy } from '../../app/lazy.ts'
import { messages } from './messages.ts'

/** The user guide, in the console itself: it is there offline, and every page of the console leads to its own page of it. */
export const help: Feature = {
  id: 'help',
  help: 'console',
  role: 'viewer',
  messages,
  routes: [{ path: 'help/:page?', name: 'help', component: lazy(() => import('./views/HelpPage.vue')), meta: { titleKey: 'help.title' } }],
}
