import { Bell } from 'lucide-vue-next'
import type { Feature } from '../../app/feature.ts'
import { lazy } from '../../app/lazy.ts'
import NotificationBell from './components/NotificationBell.vue'
import { messages } from './messages.ts'

export const notifications: Feature = {
  id: 'notifications',
  role: 'viewer',
  messages,
  routes: [
    {
      path: 'notifications',
      name: 'notifications',
      component: lazy(() => import('./views/NotificationsPage.vue')),
      meta: { titleKey: 'notifications.title' },
    },
  ],
  commands: [{ id: 'notifications.open', icon: Bell, titleKey: 'notifications.title', open: '/notifications', keys: 'g n' }],
  slots: { topBar: NotificationBell },
}
