// @vitest-environment happy-dom
import { createMemoryHistory, createRouter } from 'vue-router'
import { describe, expect, it } from 'vitest'
import { FEATURES } from '../features.ts'
import { collectMessages } from '../i18n/index.ts'
import type { MessageTree } from '../i18n/define-messages.ts'
import { consoleRoutes } from '../router.ts'
import { PAGES } from '../shell/pages.ts'

const SHELL_KEYS = ['mod+k', '/', '?', 'j', 'k', 'F1']

const commands = [...PAGES, ...FEATURES.flatMap((feature) => feature.commands ?? [])]
const kinds = FEATURES.flatMap((feature) => feature.objects ?? [])
const router = createRouter({ history: createMemoryHistory(), routes: consoleRoutes(FEATURES) })
const hasText = (key: string) => {
  const found = key
    .split('.')
    .reduce<MessageTree | string | undefined>((at, part) => (typeof at === 'object' ? at[part] : undefined), collectMessages(FEATURES).en)
  return typeof found === 'string'
}
const repeated = (list: readonly string[]) => list.filter((one, index) => list.indexOf(one) !== index)

describe('commands of all features', () => {
  it('have ids and keys of their own', () => {
    expect(commands.length).toBeGreaterThan(10)
    expect(repeated(commands.map(({ id }) => id))).toEqual([])
    expect(repeated([...SHELL_KEYS, ...commands.flatMap(({ keys }) => keys ?? [])])).toEqual([])
  })

  it('have no keys that begin those of another', () => {
    const keys = commands.flatMap((command) => command.keys ?? [])
    expect(keys.filter((one) => keys.some((other) => other.startsWith(`${one} `)))).toEqual([])
  })

  it('lead to pages that exist', () => {
    const lost = commands.filter(({ open }) => typeof open !== 'function' && router.resolve(open).name === 'missing')
    expect(lost.map(({ id }) => id)).toEqual([])
  })

  it('have words', () => expect(commands.map(({ titleKey }) => titleKey).filter((key) => !hasText(key))).toEqual([]))
})

describe('kinds of objects', () => {
  it('are those that pages are about', () => {
    const shown = FEATURES.flatMap(({ routes }) => routes.flatMap((route) => route.meta?.object ?? []))
    expect([...new Set(shown)].sort()).toEqual(kinds.map(({ kind }) => kind).sort())
  })

  it('lead to their pages, and have words for what can be done', () => {
    for (const kind of kinds) {
      expect(router.resolve(kind.to('one')).matched.at(-1)?.meta.object).toBe(kind.kind)
      expect([kind.titleKey, ...kind.verbs].filter((key) => !hasText(key))).toEqual([])
    }
  })
})
