import { History } from 'lucide-vue-next'
import type { Feature } from '../../app/feature.ts'
import { messages } from './messages.ts'
import { lazy } from '../../app/lazy.ts'

export const events: Feature = {
  id: 'events',
  navigation: { icon: History, titleKey: 'events.title', path: '/events', order: 40, key: 'e' },
  role: 'viewer',
  messages,
  routes: [{ path: 'events', name: 'events', component: lazy(() => import('./views/EventLog.vue')), meta: { titleKey: 'events.title' } }],
}
