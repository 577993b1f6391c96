import type { RouteRecordRaw } from 'vue-router'
import { vi } from 'vitest'

/** What stands for a parameter on the walk, by the first part of the route's path. */
export type Examples = Readonly<Record<string, readonly string[]>>

/** Paths of every route the console has, its own and those of all features, with an example for every parameter. */
export async function walkedPaths(examples: Examples): Promise<string[]> {
  // The client of the screens asks where it was loaded from, which only a browser knows.
  vi.stubGlobal('location', { origin: 'http://console.invalid' })
  const { consoleRoutes } = await import('../../../renderer/app/router.ts')
  const { FEATURES } = await import('../../../renderer/app/features.ts')
  const paths = consoleRoutes(FEATURES).flatMap(({ path, children }) => (children ? children.map((child) => join(path, child)) : [path]))
  return paths.flatMap((path) => filled(path, examples))
}

/** First words of all message keys; text that starts with one of them and a full stop is a key nobody translated. */
export async function messageAreas(): Promise<string[]> {
  const { FEATURES } = await import('../../../renderer/app/features.ts')
  const { collectMessages } = await import('../../../renderer/app/i18n/index.ts')
  return Object.keys(collectMessages(FEATURES).en)
}

function join(parent: string, { path }: RouteRecordRaw): string {
  return path.startsWith('/') ? path : `${parent.replace(/\/$/, '')}/${path}`
}

function filled(path: string, examples: Examples): string[] {
  // What may be left out is left out; tabs are found on the page itself.
  const needed = path.replaceAll(/\/:\w+\?/g, '').replace(/:missing\(.*$/, 'no-such-page')
  const parameter = /:\w+/.exec(needed)
  if (!parameter) return [needed]
  const area = needed.split('/')[1] ?? ''
  const values = examples[area]
  if (!values) throw new Error(`the route ${path} is new: say with which ${parameter[0].slice(1)} the walk should open it`)
  return values.map((value) => needed.replace(parameter[0], value))
}
