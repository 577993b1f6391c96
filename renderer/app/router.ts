import { createRouter, createWebHashHistory, type Router, type RouteRecordRaw } from 'vue-router'
import type { Feature } from './feature.ts'
import { includesRole, useSessionStore } from './session.store.ts'
import { helpOf } from './help.ts'
import { lazy } from './lazy.ts'

function featureRoutes(feature: Feature): RouteRecordRaw[] {
  return feature.routes.map((route) => ({ ...route, meta: { role: feature.role, help: helpOf(feature), ...route.meta } }))
}

/** Routes of the shell and of all features. Behind the `#`, so that every address works in the desktop window and behind any server. */
export function consoleRoutes(features: readonly Feature[]): RouteRecordRaw[] {
  return [
    {
      path: '/sign-in',
      name: 'sign-in',
      component: lazy(() => import('./sign-in/SignInPage.vue')),
      meta: { open: true, titleKey: 'shell.signIn.title' },
    },
    {
      path: '/',
      component: lazy(() => import('./shell/AppShell.vue')),
      children: [
        ...features.flatMap(featureRoutes),
        {
          path: 'forbidden',
          name: 'forbidden',
          component: lazy(() => import('./shell/ForbiddenPage.vue')),
          meta: { titleKey: 'shell.forbidden.title' },
        },
        {
          path: ':missing(.*)*',
          name: 'missing',
          component: lazy(() => import('./shell/MissingPage.vue')),
          meta: { titleKey: 'shell.missing.title' },
        },
      ],
    },
  ]
}

/** The one-time code of a sign-in link, wherever the link carries it: "#/sign-in?code=…" or "#code=…". */
export function codeOf(hash: string): string | undefined {
  return /[#?&]code=([^&]+)/.exec(hash)?.[1]
}

const RELOADED_AT = 'spacefort.reloaded-at'
const RELOAD_PAUSE_MS = 20_000

export function createConsoleRouter(features: readonly Feature[]): Router {
  const router = createRouter({ history: createWebHashHistory(), routes: consoleRoutes(features) })

  router.beforeEach(async (to) => {
    if (to.meta.open) return true
    const code = codeOf(`#${to.fullPath.slice(1)}`)
    if (code) return { name: 'sign-in', query: { code } }
    const session = useSessionStore()
    // While the console does not answer the shell says so; only a clear "nobody is signed in" leads to the sign-in page.
    if (!session.me && (await session.load()) === 'nobody')
      return { name: 'sign-in', query: to.fullPath === '/' ? {} : { from: to.fullPath } }
    const needed = to.meta.role
    return !session.me || needed === undefined || includesRole(session.role, needed) ? true : { name: 'forbidden', replace: true }
  })
  router.onError((_error, to) => {
    // The part of the page could not be loaded, or was replaced by a newer version of the console: start anew, but not over and over.
    const last = Number(sessionStorage.getItem(RELOADED_AT) ?? 0)
    if (Date.now() - last < RELOAD_PAUSE_MS) return
    sessionStorage.setItem(RELOADED_AT, String(Date.now()))
    globalThis.location.hash = to.fullPath
    globalThis.location.reload()
  })
  return router
}
