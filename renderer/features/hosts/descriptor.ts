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
    { path: 'hosts/:name/:tab?', name: 'host', component: lazy(() => import('./views/HostPage.vue')), meta: { titleKey: 'hosts.title', object: 'host', tabsKey: 'hosts.tab' } },
  ],
  commands,
  objects,
}
