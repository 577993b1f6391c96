// One line per event: time first, then level, what happened, and key=value pairs.

export function log(event, fields = {}) {
  process.stdout.write(line('INFO', event, fields))
}

export function logError(event, fields = {}) {
  process.stderr.write(line('ERROR', event, fields))
}

function line(level, event, fields) {
  const pairs = Object.entries(fields).map(([key, value]) => ` ${key}=${/^[\w.:-]+$/.test(String(value)) ? value : JSON.stringify(value)}`)
  return `${new Date().toISOString()} ${level} ${event}${pairs.join('')}\n`
}
