import { ListTodo } from 'lucide-vue-next'
import type { Feature } from '../../app/feature.ts'
import { lazy } from '../../app/lazy.ts'
import GuideCard from './components/GuideCard.vue'
import { messages } from './messages.ts'

export const guide: Feature = {
  id: 'guide',
  help: 'first-steps',
  role: 'operator',
  messages,
  routes: [{ path: 'guide', name: 'guide', component: lazy(() => import('./views/GuidePage.vue')), meta: { titleKey: 'guide.title' } }],
  commands: [{ id: 'guide.open', icon: ListTodo, titleKey: 'guide.title', role: 'operator', open: '/guide' }],
  slots: { navigation: GuideCard },
}
