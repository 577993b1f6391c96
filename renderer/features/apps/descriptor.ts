import { LayoutGrid } from 'lucide-vue-next'
import type { Feature } from '../../app/feature.ts'
import { commands, objects } from './commands.ts'
import { messages } from './messages.ts'
import { lazy } from '../../app/lazy.ts'

export const apps: Feature = {
  id: 'apps',
  navigation: { icon: LayoutGrid, titleKey: 'apps.title', path: '/apps', order: 20, key: 'a' },
  role: 'viewer',
  messages,
  routes: [
    { path: 'apps', name: 'apps', component: lazy(() => import('./views/AppList.vue')), meta: { titleKey: 'apps.title' } },
    {
      path: 'deploy',
      name: 'deploy',
      component: lazy(() => import('./views/AppEdit.vue')),
      meta: { help: 'deploy', titleKey: 'apps.editor.deploy', role: 'operator' },
    },
    {
      path: 'apps/:name/edit',
      name: 'app-edit',
      component: lazy(() => import('./views/AppEdit.vue')),
      meta: { help: 'deploy', titleKey: 'apps.action.edit', role: 'operator' },
    },
    {
      path: 'apps/:name/:tab?',
      name: 'app',
      component: lazy(() => import('./views/AppPage.vue')),
      meta: { titleKey: 'apps.title', object: 'app', tabsKey: 'apps.tab' },
    },
  ],
  commands,
  objects,
}
