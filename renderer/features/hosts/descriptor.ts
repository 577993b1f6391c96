import { Server } from 'lucide-vue-next'
import type { Feature } from '../../app/feature.ts'
import { commands, objects } from './commands.ts'
import { messages } from './messages.ts'
import { lazy } from '../../app/lazy.ts'

export const hosts: Feature = {
  id: 'hosts',
  navigation: { icon: Server, titleKey: 'hosts.title', path: '/hosts', order: 30, key: 'h' },
  role: 'viewer',
  messages,
  routes: [
    { path: 'hosts', name: 'hosts', component: lazy(() => import('./views/HostList.vue')), meta: { titleKey: 'hosts.title' } },
    // No host can be called this: names have no underscore.
    {
      path: 'hosts/_add',
      name: 'hosts-add',
      component: lazy(() => import('./views/AddHost.vue')),
      meta: { help: 'add-hosts', titleKey: 'hosts.wizard.title', role: 'administrator' },
    },
    {
      path: 'hosts/_import',
      name: 'hosts-import',
      component: lazy(() => import('./views/ImportHosts.vue')),
      meta: { help: 'add-hosts', titleKey: 'hosts.importer.title', role: 'administrator' },
    },
    {
      path: 'hosts/:name/:tab?',
      name: 'host',
      component: lazy(() => import('./views/HostPage.vue')),
      meta: { titleKey: 'hosts.title', object: 'host', tabsKey: 'hosts.tab' },
    },
  ],
  commands,
  objects,
}
