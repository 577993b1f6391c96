import { storeToRefs } from 'pinia'
import { computed, ref, type ComputedRef, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { ProblemView } from '../../shared/feedback/problem.ts'
import { FEATURES } from '../features.ts'
import { LOCALES } from '../i18n/define-messages.ts'
import { usePlacesStore, type Place } from '../places.store.ts'
import { includesRole, useSessionStore } from '../session.store.ts'
import { PAGES } from '../shell/pages.ts'
import { useShellCommands } from '../shell/use-shell-commands.ts'
import type { Command, FoundObject, ObjectAction, ObjectKind } from './command.ts'
import { rank, type Entry, type EntryGroup } from './rank.ts'
import { splitVerb } from './split-verb.ts'
import { useObjectSearch, type FoundOfKind } from './use-object-search.ts'

const PER_GROUP = 8
const SHOWN_RECENT = 6
/** So many of the best objects also offer what can be done with them, when no verb was typed. */
const OFFERING = 2

export interface Palette {
  text: Ref<string>
  groups: ComputedRef<EntryGroup[]>
  /** Headings of the groups that are objects. */
  kinds: readonly ObjectKind[]
  searching: Ref<boolean>
  problem: Ref<ProblemView | null>
}

/** What the palette shows for the text typed into it. */
export function usePalette(): Palette {
  const { t, locale } = useI18n()
  const session = useSessionStore()
  const { places } = storeToRefs(usePlacesStore())
  const shell = useShellCommands()
  const text = ref('')
  const reachable = FEATURES.filter((feature) => includesRole(session.role, feature.role))
  const kinds = reachable.flatMap((feature) => feature.objects ?? [])
  const verbKeys = [...new Set(kinds.flatMap((kind) => kind.verbs))]
  const otherLocale = computed(() => LOCALES.find((one) => one !== locale.value) ?? 'en')
  const both = (key: string) => ({ title: t(key), alias: t(key, {}, { locale: otherLocale.value }) })
  const needsRole = (role: Command['role']) =>
    role === undefined || session.can(role) ? undefined : t('problem.needsRole', { role: t(`shell.role.${role}`) })

  /** Words of all verbs in both languages, and which verb each stands for. */
  const verbs = computed(() => verbKeys.flatMap((key) => Object.values(both(key)).map((word) => ({ key, word }))))
  const split = (typed: string) =>
    splitVerb(
      typed,
      verbs.value.map(({ word }) => word),
    )
  const { found, searching, problem } = useObjectSearch(text, kinds, split)

  const commandEntry = (group: string, command: Command): Entry => ({
    id: command.id,
    group,
    icon: command.icon,
    ...both(command.titleKey),
    obstacle: needsRole(command.role),
    keys: command.keys,
    open: command.open,
  })
  const objectEntry = (group: string, kind: ObjectKind, object: FoundObject): Entry => ({
    id: `${kind.kind}:${object.name}`,
    group,
    icon: kind.icon,
    title: object.name,
    status: { tone: object.tone, text: t(object.statusKey) },
    detail: object.detail,
    place: { kind: kind.kind, name: object.name },
    found: true,
    open: object.to,
  })
  const placeEntry = (group: string, place: Place): Entry[] => {
    const kind = kinds.find((one) => one.kind === place.kind)
    return kind
      ? [
          {
            id: `${kind.kind}:${place.name}`,
            group,
            icon: kind.icon,
            title: place.name,
            detail: t(kind.titleKey),
            place,
            open: kind.to(place.name),
          },
        ]
      : []
  }
  const actionEntry = (kind: ObjectKind, object: FoundObject, action: ObjectAction): Entry => {
    const { title: verb, alias } = both(action.verbKey)
    return {
      id: `${kind.kind}:${object.name}:${action.id}`,
      group: 'action',
      icon: action.icon,
      title: t('find.palette.act', { verb, name: object.name }),
      alias: `${alias} ${object.name}`,
      detail: t(object.statusKey),
      obstacle: needsRole(action.role) ?? (action.obstacleKey === undefined ? undefined : t(action.obstacleKey)),
      open: action.to,
    }
  }

  function actionsOf({ kind, named, objects }: FoundOfKind): Entry[] {
    const meant = new Set((split(text.value)?.verbs ?? []).map((index) => verbs.value[index]?.key))
    const asked = objects.flatMap((object) =>
      object.actions.filter((action) => meant.has(action.verbKey)).map((action) => ({ ...actionEntry(kind, object, action), found: true })),
    )
    const offered = named.slice(0, OFFERING).flatMap((object) => object.actions.map((action) => actionEntry(kind, object, action)))
    return [...new Map([...offered, ...asked].map((entry) => [entry.id, entry])).values()]
  }

  const known = computed<Entry[]>(() => {
    const commands = [...shell.value, ...reachable.flatMap((feature) => feature.commands ?? [])]
    const opened = new Set(commands.map(({ open }) => (typeof open === 'string' ? open : '')))
    const pages = PAGES.filter(
      (page) => includesRole(session.role, page.role ?? 'viewer') && (typeof page.open !== 'string' || !opened.has(page.open)),
    )
    return [
      ...commands.filter(({ id }) => id !== 'shell.search').map((command) => commandEntry('action', command)),
      ...pages.map((page) => commandEntry('page', page)),
    ]
  })

  const groups = computed(() => {
    const options = { recent: places.value.used, perGroup: PER_GROUP }
    if (text.value.trim() === '') {
      const favourites = places.value.favourites.flatMap((place) => placeEntry('favourite', place))
      const starred = new Set(favourites.map(({ id }) => id))
      const recent = places.value.recent.flatMap((place) => placeEntry('recent', place)).filter(({ id }) => !starred.has(id))
      return rank('', [...recent.slice(0, SHOWN_RECENT), ...favourites, ...known.value.toSorted(byUse(places.value.used))], options)
    }
    const objects = found.value.flatMap(({ kind, named }) => named.map((object) => objectEntry(kind.kind, kind, object)))
    // Until the server has answered, what was seen before is here at once.
    const seen = new Set(objects.map(({ id }) => id))
    const remembered = [...places.value.favourites, ...places.value.recent]
      .flatMap((place) => placeEntry(place.kind, place))
      .filter(({ id }) => !seen.has(id) && seen.add(id))
    return rank(text.value.trim(), [...objects, ...remembered, ...found.value.flatMap(actionsOf), ...known.value], options)
  })

  return { text, groups, kinds, searching, problem }
}

/** Commands used lately come first, the others keep their order. */
function byUse(used: readonly string[]) {
  const position = ({ id }: Entry) => (used.includes(id) ? used.indexOf(id) : used.length)
  return (one: Entry, other: Entry) => position(one) - position(other)
}
