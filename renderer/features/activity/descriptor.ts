import { ListChecks } from 'lucide-vue-next'
import type { Feature } from '../../app/feature.ts'
import { lazy } from '../../app/lazy.ts'
import ActivityButton from './components/ActivityButton.vue'
import { messages } from './messages.ts'

export const activity: Feature = {
  id: 'activity',
  role: 'viewer',
  messages,
  routes: [
    { path: 'activity', name: 'activity', component: lazy(() => import('./views/ActivityPage.vue')), meta: { titleKey: 'activity.title' } },
  ],
  commands: [{ id: 'activity.open', icon: ListChecks, titleKey: 'activity.title', open: '/activity', keys: 'g c' }],
  slots: { topBar: ActivityButton },
}
