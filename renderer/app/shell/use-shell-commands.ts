import { BookOpen, CircleHelp, Keyboard, Languages, LogOut, Moon, Search, Sun } from 'lucide-vue-next'
import { computed, type ComputedRef } from 'vue'
import { useRouter } from 'vue-router'
import { useHelpLink } from '../help.ts'
import { useLanguage } from '../i18n/use-language.ts'
import { useOverlaysStore } from '../overlays.store.ts'
import type { Command } from '../palette/command.ts'
import { useSessionStore } from '../session.store.ts'
import { useThemeStore } from '../theme/theme.store.ts'

/** What the shell itself can do, in the same form as what the features can. */
export function useShellCommands(): ComputedRef<Command[]> {
  const router = useRouter()
  const session = useSessionStore()
  const theme = useThemeStore()
  const overlays = useOverlaysStore()
  const { switchLanguage } = useLanguage()
  const helpLink = useHelpLink()

  async function signOut(): Promise<void> {
    await session.signOut()
    await router.push({ name: 'sign-in' })
  }

  return computed(() => {
    const dark = theme.name === 'dark'
    return [
      { id: 'shell.search', icon: Search, titleKey: 'find.command.search', keys: 'mod+k', open: () => (overlays.palette = true) },
      { id: 'shell.shortcuts', icon: Keyboard, titleKey: 'find.shortcuts.title', keys: '?', open: () => (overlays.shortcuts = true) },
      { id: 'shell.helpPage', icon: CircleHelp, titleKey: 'find.command.help', keys: 'F1', open: () => router.push(helpLink.value) },
      { id: 'shell.language', icon: Languages, titleKey: 'find.command.language', open: switchLanguage },
      {
        id: 'shell.theme',
        icon: dark ? Sun : Moon,
        titleKey: dark ? 'shell.toLight' : 'shell.toDark',
        open: () => theme.choose(dark ? 'light' : 'dark'),
      },
      { id: 'shell.api', icon: BookOpen, titleKey: 'shell.help', open: () => window.open('/docs', '_blank', 'noopener') },
      ...(session.me?.via === 'session' ? [{ id: 'shell.signOut', icon: LogOut, titleKey: 'shell.signOut', open: signOut }] : []),
    ]
  })
}
