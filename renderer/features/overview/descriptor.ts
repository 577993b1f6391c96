import { Gauge } from 'lucide-vue-next'
import type { Feature } from '../../app/feature.ts'
import { messages } from './messages.ts'
import { lazy } from '../../app/lazy.ts'

export const overview: Feature = {
  id: 'overview',
  navigation: { icon: Gauge, titleKey: 'overview.title', path: '/', order: 10, key: 'o' },
  role: 'viewer',
  messages,
  routes: [{ path: '', name: 'overview', component: lazy(() => import('./views/PoolOverview.vue')), meta: { titleKey: 'overview.title' } }],
}
