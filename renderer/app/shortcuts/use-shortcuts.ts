import { useEventListener } from '@vueuse/core'
import { computed, type ComputedRef } from 'vue'
import { useRouter } from 'vue-router'
import { FEATURES } from '../features.ts'
import { useOverlaysStore } from '../overlays.store.ts'
import type { Command } from '../palette/command.ts'
import { useSessionStore } from '../session.store.ts'
import { PAGES } from '../shell/pages.ts'
import { useShellCommands } from '../shell/use-shell-commands.ts'
import { createKeyReader } from './key-reader.ts'
import { isDialogOpen, isTyping } from './typing.ts'
import { isOnRow, walkRows } from './walk-rows.ts'

/** Keys that may be held down. */
const REPEATED = new Set(['j', 'k', 'ArrowDown', 'ArrowUp'])

type Started = Pick<Command, 'titleKey' | 'open'> & { keys: string }

interface ShortcutGroup {
  titleKey: string
  shortcuts: Started[]
}

const withKeys = (command: Command): Started[] => (command.keys === undefined ? [] : [{ ...command, keys: command.keys }])

/** Everything keys can do for the person who is signed in: the list the overlay shows is the one that is acted upon. */
export function useShortcutGroups(): ComputedRef<ShortcutGroup[]> {
  const session = useSessionStore()
  const overlays = useOverlaysStore()
  const shell = useShellCommands()
  const openSearch = () => (overlays.palette = true)
  return computed(() => {
    const commands = FEATURES.filter((feature) => session.can(feature.role)).flatMap((feature) => feature.commands ?? [])
    const may = ({ role }: Command) => role === undefined || session.can(role)
    const keyed = [...PAGES, ...commands].filter(may).flatMap(withKeys)
    return [
      { titleKey: 'find.shortcuts.go', shortcuts: keyed.filter(({ keys }) => keys.startsWith('g ')) },
      {
        titleKey: 'find.shortcuts.do',
        shortcuts: [
          { keys: '/', titleKey: 'find.command.search', open: openSearch },
          ...shell.value.flatMap(withKeys),
          ...keyed.filter(({ keys }) => !keys.startsWith('g ')),
        ],
      },
      {
        titleKey: 'find.shortcuts.list',
        shortcuts: [
          { keys: 'j', titleKey: 'find.shortcuts.down', open: () => walkRows(1) },
          { keys: 'k', titleKey: 'find.shortcuts.up', open: () => walkRows(-1) },
        ],
      },
    ]
  })
}

/** Acts on keys for as long as the component lives; never while a person types, and not under a dialog. */
export function useShortcuts(): void {
  const router = useRouter()
  const groups = useShortcutGroups()
  const all = computed(() => new Map(groups.value.flatMap(({ shortcuts }) => shortcuts.map((one) => [one.keys, one] as const))))
  const reader = createKeyReader(() => [...all.value.keys()])

  useEventListener(document, 'keydown', (event: KeyboardEvent) => {
    const mod = event.ctrlKey || event.metaKey
    if (event.defaultPrevented || event.isComposing || (event.repeat && !REPEATED.has(event.key))) return
    // Function keys are not text.
    if (isTyping(event.target, mod || /^F\d/.test(event.key)) || isDialogOpen()) {
      reader.forget()
      return
    }
    if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && isOnRow() && walkRows(event.key === 'ArrowDown' ? 1 : -1)) {
      event.preventDefault()
      return
    }
    const reading = reader.press({ key: event.key, mod, alt: event.altKey }, event.timeStamp)
    const started = reading.kind === 'shortcut' ? all.value.get(reading.keys) : undefined
    if (!started) return
    event.preventDefault()
    if (typeof started.open === 'function') started.open()
    else void router.push(started.open)
  })
}
