export const LEVELS = ['error', 'warn', 'info', 'debug', 'other'] as const
export type Level = (typeof LEVELS)[number]

const WORDS: Record<string, Level> = {
  trace: 'debug',
  verbose: 'debug',
  debug: 'debug',
  info: 'info',
  notice: 'info',
  log: 'info',
  warn: 'warn',
  warning: 'warn',
  err: 'error',
  error: 'error',
  severe: 'error',
  fatal: 'error',
  crit: 'error',
  critical: 'error',
  panic: 'error',
  alert: 'error',
  emerg: 'error',
}
/** A level stands at the beginning; further behind it is part of what is told. */
const LOOKED_AT = 240

const FIELD = /\b(?:level|severity|lvl)["']?\s*[:=]\s*["']?([A-Za-z]+|\d{1,2})\b/i
const LOUD =
  /(?:^|[\s[(|<:=])(TRACE|VERBOSE|DEBUG|INFO|NOTICE|WARN|WARNING|ERR|ERROR|SEVERE|FATAL|CRIT|CRITICAL|PANIC|ALERT|EMERG)(?=[\s\])|>:,;-]|$)/
const QUIET =
  /^[^A-Za-z]*(?:\d{4}-\d\d-\d\dT[\d:.,]+(?:Z|[+-][\d:]+)?[^A-Za-z]*)?(trace|debug|info|notice|warn|warning|error|fatal|panic)[\]:\s]/i
const KLOG = /^([IWEF])\d{4} \d\d:/
const KLOG_LEVELS: Record<string, Level> = { I: 'info', W: 'warn', E: 'error', F: 'error' }

/** Numbers as pino and bunyan write them: 10 trace … 60 fatal. */
function numbered(value: number): Level {
  if (value >= 50) return 'error'
  if (value >= 40) return 'warn'
  return value >= 30 ? 'info' : 'debug'
}

/** How serious a line is, by the usual ways in which programs write it down; "other" where it does not say. */
export function levelOf(text: string): Level {
  const head = text.slice(0, LOOKED_AT)
  const field = FIELD.exec(head)?.[1]
  if (field !== undefined) {
    if (/^\d/.test(field)) return numbered(Number(field))
    const level = WORDS[field.toLowerCase()]
    if (level) return level
  }
  const klog = KLOG.exec(head)?.[1]
  if (klog !== undefined) return KLOG_LEVELS[klog] ?? 'other'
  const word = LOUD.exec(head)?.[1] ?? QUIET.exec(head)?.[1]
  return WORDS[word?.toLowerCase() ?? ''] ?? 'other'
}
