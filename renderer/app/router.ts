import { createRouter, createWebHashHistory, type Router, type RouteRecordRaw } from 'vue-router'
import type { Feature } from './feature.ts'
import { includesRole, useSessionStore } from './session.store.ts'

function featureRoutes(feature: Feature): RouteRecordRaw[] {
  return feature.routes.map((route) => ({ ...route, meta: { role: feature.role, ...route.meta } }))
}

/** Routes of the shell and of all features. Behind the `#`, so that every address works in the desktop window and behind any server. */
export function consoleRoutes(features: readonly Feature[]): RouteRecordRaw[] {
  return [
    { path: '/sign-in', name: 'sign-in', component: () => import('./sign-in/SignInPage.vue'), meta: { open: true, titleKey: 'shell.signIn.title' } },
    {
      path: '/',
      component: () => import('./shell/AppShell.vue'),
      children: [
        ...features.flatMap(featureRoutes),
        { path: 'forbidden', name: 'forbidden', component: () => import('./shell/ForbiddenPage.vue'), meta: { titleKey: 'shell.forbidden.title' } },
        { path: ':missing(.*)*', name: 'missing', component: () => import('./shell/MissingPage.vue'), meta: { titleKey: 'shell.missing.title' } },
      ],
    },
  ]
}

/** The one-time code of a sign-in link, wherever the link carries it: "#/sign-in?code=…" or "#code=…". */
export function codeOf(hash: string): string | undefined {
  return /[#?&]code=([^&]+)/.exec(hash)?.[1]
}

export function createConsoleRouter(features: readonly Feature[]): Router {
  const router = createRouter({ history: createWebHashHistory(), routes: consoleRoutes(features), scrollBehavior: () => ({ top: 0 }) })

  router.beforeEach(async (to) => {
    if (to.meta.open) return true
    const code = codeOf(`#${to.fullPath.slice(1)}`)
    if (code) return { name: 'sign-in', query: { code } }
    const session = useSessionStore()
    // While the console does not answer the shell says so; only a clear "nobody is signed in" leads to the sign-in page.
    if (!session.me && (await session.load()) === 'nobody') return { name: 'sign-in', query: to.fullPath === '/' ? {} : { from: to.fullPath } }
    const needed = to.meta.role
    return !session.me || needed === undefined || includesRole(session.role, needed) ? true : { name: 'forbidden', replace: true }
  })
  return router
}
