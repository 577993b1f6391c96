import { LayoutGrid } from 'lucide-vue-next'
import type { Feature } from '../../app/feature.ts'
import { messages } from './messages.ts'
import { lazy } from '../../app/lazy.ts'

export const apps: Feature = {
  id: 'apps',
  navigation: { icon: LayoutGrid, titleKey: 'apps.title', path: '/apps', order: 20 },
  role: 'viewer',
  messages,
  routes: [
    { path: 'apps', name: 'apps', component: lazy(() => import('./views/AppList.vue')), meta: { titleKey: 'apps.title' } },
    { path: 'apps/:name/:tab?', name: 'app', component: lazy(() => import('./views/AppPage.vue')), meta: { titleKey: 'apps.title' } },
  ],
}
