import type { Choice } from './host-view.ts'

/** A value of the filter in the person's language. */
export function filterWord(choice: Choice, value: string, t: (key: string) => string): string {
  if (value === '') return t('hosts.filter.none')
  if (choice === 'status') return t(`status.host.${value}`)
  if (choice === 'scheduling') return t(`status.scheduling.${value}`)
  if (choice === 'engine') return t(`status.engine.${value}`)
  if (choice === 'domain') return t(`status.domain.${value}`)
  // A label without a value is written as its key.
  return choice === 'label' ? value.replace(/=$/, '') : value
}
