import { Network } from 'lucide-vue-next'
import type { Feature } from '../../app/feature.ts'
import { messages } from './messages.ts'

export const topology: Feature = {
  id: 'topology',
  navigation: { icon: Network, titleKey: 'topology.title', path: '/topology', order: 35, key: 't' },
  role: 'viewer',
  messages,
  routes: [
    { path: 'topology', name: 'topology', component: () => import('./views/TopologyPage.vue'), meta: { titleKey: 'topology.title' } },
  ],
}
