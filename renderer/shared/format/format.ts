const KIB = 1024
const BINARY_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** Numbers, amounts and times as people write them in `locale`. All functions are pure; times are milliseconds since the epoch. */
export function createFormat(locale: string) {
  const chinese = locale.startsWith('zh')
  const integer = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })
  const decimal = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
  const fine = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 })
  const thousandths = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 })
  const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 })
  const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })
  const dayAndClock = new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  })
  const shortDay = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: chinese ? 'long' : 'narrow' })

  function number(value: number): string {
    return (Math.abs(value) >= 100 ? integer : Math.abs(value) >= 10 ? decimal : fine).format(value)
  }

  function bytes(value: number): string {
    const step = value < KIB ? 0 : Math.min(BINARY_UNITS.length - 1, Math.floor(Math.log2(value) / 10))
    return `${number(value / KIB ** step)} ${BINARY_UNITS[step] ?? 'B'}`
  }

  function cpu(millis: number): string {
    const cores = Math.abs(millis) < 1000 ? thousandths.format(millis / 1000) : number(millis / 1000)
    return `${cores} ${chinese ? '核' : millis === 1000 ? 'core' : 'cores'}`
  }

  function duration(ms: number): string {
    const seconds = Math.max(0, Math.floor(ms / 1000))
    const parts: [number, string][] = [
      [Math.floor(seconds / 86_400), chinese ? ' 天' : 'd'],
      [Math.floor(seconds / 3600) % 24, chinese ? ' 小时' : 'h'],
      [Math.floor(seconds / 60) % 60, chinese ? ' 分钟' : 'm'],
      [seconds % 60, chinese ? ' 秒' : 's'],
    ]
    const first = parts.findIndex(([amount]) => amount > 0)
    const shown = first === -1 ? parts.slice(3) : parts.slice(first, first + 2)
    return shown
      .filter(([amount], index) => amount > 0 || index === 0)
      .map(([amount, unit]) => `${amount}${unit}`)
      .join(' ')
  }

  /** Chinese sets a space between digits and words, which the browser's own formatter leaves out. */
  function relativeTo(amount: number, unit: 'second' | 'minute' | 'hour' | 'day'): string {
    const text = relative.format(amount, unit)
    return chinese ? text.replace('秒钟', '秒').replace(/(\d)(?=[^\d\s.,])/, '$1 ') : text
  }

  function ago(at: number, now: number): string {
    const seconds = Math.round((at - now) / 1000)
    const size = Math.abs(seconds)
    if (size === 0) return chinese ? '刚刚' : 'now'
    if (size < 60) return relativeTo(seconds, 'second')
    if (size < 3600) return relativeTo(Math.trunc(seconds / 60), 'minute')
    if (size < 86_400) return relativeTo(Math.trunc(seconds / 3600), 'hour')
    return relativeTo(Math.trunc(seconds / 86_400), 'day')
  }

  /** A measured value in the unit that the API names: "millicores", "bytes", "bytes/s", "1/s", "ms" or another. */
  function measured(value: number, unit: string): string {
    if (unit === 'millicores') return cpu(value)
    if (unit === 'bytes') return bytes(value)
    if (unit === 'bytes/s') return `${bytes(value)}/s`
    if (unit === '1/s') return `${number(value)}${chinese ? ' 次/秒' : ' /s'}`
    if (unit === '' || unit === '1') return number(value)
    return `${number(value)} ${unit}`
  }

  return {
    number,
    bytes,
    cpu,
    duration,
    ago,
    measured,
    percent: (value: number) => share.format(value),
    time: (at: number) => clock.format(at),
    dateTime: (at: number) => dayAndClock.format(at),
    dayTime: (at: number) => shortDay.format(at),
  }
}

export type Format = ReturnType<typeof createFormat>
