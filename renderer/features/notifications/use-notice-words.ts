import { useI18n } from 'vue-i18n'
import { plainMessage } from '../../shared/placement/plain-message.ts'
import type { Notice } from './notice.ts'

/** A notice as people read it. */
export function useNoticeWords(): { title: (notice: Notice) => string; detail: (notice: Notice) => string } {
  const { t } = useI18n()
  return {
    title: ({ kind, subject }) => t(`notifications.kind.${kind}`, { name: subject }),
    detail: ({ detail }) => plainMessage(detail, t),
  }
}
