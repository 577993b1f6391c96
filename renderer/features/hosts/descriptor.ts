import { Server } from 'lucide-vue-next'
import type { Feature } from '../../app/feature.ts'
import { messages } from './messages.ts'

export const hosts: Feature = {
  id: 'hosts',
  navigation: { icon: Server, titleKey: 'hosts.title', path: '/hosts', order: 30 },
  role: 'viewer',
  messages,
  routes: [
    { path: 'hosts', name: 'hosts', component: () => import('./views/HostList.vue'), meta: { titleKey: 'hosts.title' } },
    { path: 'hosts/:name/:tab?', name: 'host', component: () => import('./views/HostPage.vue'), meta: { titleKey: 'hosts.title' } },
  ],
}
