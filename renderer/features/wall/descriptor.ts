import { MonitorUp } from 'lucide-vue-next'
import type { Feature } from '../../app/feature.ts'
import { lazy } from '../../app/lazy.ts'
import { messages } from './messages.ts'

export const wall: Feature = {
  id: 'wall',
  navigation: { icon: MonitorUp, titleKey: 'wall.title', path: '/wall', order: 60, key: 'w' },
  role: 'viewer',
  messages,
  routes: [
    { path: 'wall', name: 'wall', component: lazy(() => import('./views/WallPage.vue')), meta: { titleKey: 'wall.title', bare: true } },
  ],
}
