import { useDebounceFn } from '@vueuse/core'
import { computed, ref, shallowRef, watch } from 'vue'
import { useQueryParam } from '../data/use-query-param.ts'
import { finderOf, LogSelection, type BufferedLine } from './log-buffer.ts'
import { LEVELS, type Level } from './log-level.ts'
import { useLogMoment } from './use-log-moment.ts'
import { useLogStream, type OpenLogs } from './use-log-stream.ts'

const setOf = <T extends string>(text: string | null) => (text === null ? null : new Set(text.split(',') as T[]))
const textOf = (set: ReadonlySet<string> | null) => (set === null ? null : [...set].join(','))

/** What is looked at of the logs, and how: kept in the page's address, so that it can be sent to somebody. */
export function useLogView(openLogs: OpenLogs) {
  const stream = useLogStream(openLogs)
  const param = { q: useQueryParam('q'), only: useQueryParam('only'), level: useQueryParam('level'), log: useQueryParam('log') }
  const [wrapParam, atParam] = [useQueryParam('wrap'), useQueryParam('at')]

  const typed = ref(param.q.value ?? '')
  const search = ref(typed.value)
  const applySearch = useDebounceFn(() => {
    search.value = typed.value
    param.q.value = typed.value
  }, 150)
  const only = computed({ get: () => param.only.value !== null, set: (on) => (param.only.value = on ? '1' : null) })
  const wrap = computed({ get: () => wrapParam.value !== null, set: (on) => (wrapParam.value = on ? '1' : null) })
  const instances = computed<Set<string> | null>({ get: () => setOf(param.log.value), set: (set) => (param.log.value = textOf(set)) })
  const levels = computed<ReadonlySet<Level> | null>({
    get: () => setOf<Level>(param.level.value),
    set: (set) => (param.level.value = textOf(set)),
  })
  const at = computed({
    get: () => (atParam.value === null ? null : Number(atParam.value)),
    set: (moment) => (atParam.value = moment === null ? null : String(moment)),
  })
  const moment = useLogMoment(openLogs, () => at.value)

  const buffer = computed(() => (at.value === null ? stream.buffer : moment.buffer.value))
  const selection = computed(() =>
    buffer.value
      ? new LogSelection(buffer.value, { text: only.value ? search.value : '', instances: instances.value, levels: levels.value })
      : null,
  )
  const finder = computed(() => finderOf(search.value))

  const following = ref(true)
  const lines = shallowRef<readonly BufferedLine[]>([])
  const takenWhenPaused = ref(0)
  const taken = computed(() => (stream.version.value >= 0 ? stream.buffer.taken : 0))
  const held = computed(() => (following.value || at.value !== null ? 0 : taken.value - takenWhenPaused.value))
  // While paused the lines stand still, however many come; another filter looks at them anew.
  watch(
    [selection, stream.version, following],
    ([chosen, , live], [before]) => {
      if (chosen !== before || live || at.value !== null) lines.value = chosen?.take() ?? []
    },
    { immediate: true },
  )
  function setFollowing(next: boolean): void {
    if (following.value && !next) takenWhenPaused.value = taken.value
    following.value = next
  }

  const counts = computed(() => {
    const counted = stream.version.value >= 0 ? buffer.value : null
    return Object.fromEntries(LEVELS.map((level) => [level, counted?.countOf(level) ?? 0])) as Record<Level, number>
  })
  const total = computed(() => Object.values(counts.value).reduce((sum, count) => sum + count, 0))

  const current = ref<number | null>(null)
  const matches = computed(() => {
    const wanted = finder.value
    return wanted === undefined ? [] : lines.value.filter(({ text }) => wanted.test(text)).map(({ number }) => number)
  })
  const position = computed(() => (current.value === null ? 0 : matches.value.indexOf(current.value) + 1))
  /** Goes to the next or previous line with the searched text, round and round; the lines stand still for it. */
  function step(direction: 1 | -1): void {
    const list = matches.value
    if (list.length === 0) return
    setFollowing(false)
    const start = position.value > 0 ? position.value - 1 : direction > 0 ? -1 : 0
    current.value = list[(start + direction + list.length) % list.length] ?? null
  }
  watch(search, () => (current.value = null))

  return {
    stream,
    moment,
    typed,
    applySearch,
    only,
    wrap,
    instances,
    levels,
    at,
    finder,
    following,
    setFollowing,
    lines,
    held,
    counts,
    total,
    matches,
    position,
    current,
    step,
  }
}
