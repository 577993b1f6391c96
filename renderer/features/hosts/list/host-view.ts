import type { LocationQuery } from 'vue-router'
import { HostFilter } from '../../../../core/contract/index.ts'

/** How the list is looked at: everything that a saved view or a shared address keeps. */
export interface HostView {
  q: string
  sort: string
  filter: HostFilter
  /** Columns that are shown; null = the usual ones. */
  columns: readonly string[] | null
}

export const CHOICES = ['status', 'scheduling', 'engine', 'centre', 'room', 'rack', 'domain', 'label'] as const
export type Choice = (typeof CHOICES)[number]

/** The view that an address asks for; what cannot be understood is left out. Pure. */
export function readView(query: LocationQuery): HostView {
  const text = (key: string) => {
    const value = query[key]
    return typeof value === 'string' ? value : undefined
  }
  const filter: HostFilter = {}
  for (const choice of CHOICES) {
    const given = { [choice]: text(choice) }
    const parsed = HostFilter.safeParse(given)
    if (given[choice] !== undefined && parsed.success) Object.assign(filter, parsed.data)
  }
  const sort = text('sort') ?? ''
  return {
    q: text('q')?.slice(0, 200) ?? '',
    sort: /^-?[A-Za-z]+$/.test(sort) ? sort : '',
    filter,
    columns: text('columns')?.split(',').filter(Boolean) ?? null,
  }
}

/** The address of a view, in a fixed order, so that equal views have equal addresses. Pure. */
export function writeView(view: HostView): Record<string, string> {
  const chosen = CHOICES.flatMap((choice) => (view.filter[choice] === undefined ? [] : [[choice, view.filter[choice]]]))
  return Object.fromEntries([
    ...(view.q === '' ? [] : [['q', view.q]]),
    ...chosen,
    ...(view.sort === '' ? [] : [['sort', view.sort]]),
    ...(view.columns === null ? [] : [['columns', view.columns.join(',')]]),
  ]) as Record<string, string>
}

export function sameView(one: HostView, other: HostView): boolean {
  return JSON.stringify(writeView(one)) === JSON.stringify(writeView(other))
}
