import { Settings } from 'lucide-vue-next'
import type { Feature } from '../../app/feature.ts'
import { messages } from './messages.ts'
import { lazy } from '../../app/lazy.ts'

export const settings: Feature = {
  id: 'settings',
  navigation: { icon: Settings, titleKey: 'settings.title', path: '/settings', order: 90, key: 's' },
  role: 'viewer',
  messages,
  routes: [
    {
      path: 'settings/:tab?',
      name: 'settings',
      component: lazy(() => import('./views/SettingsPage.vue')),
      meta: { titleKey: 'settings.title', tabsKey: 'settings.tab' },
    },
  ],
}
