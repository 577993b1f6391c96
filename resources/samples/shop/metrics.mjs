// Prometheus text, written by hand: a counter, a histogram and a few gauges need no library.

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const METHODS = new Set(['GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])

export function createMetrics(info, read) {
  const totals = new Map()
  const durations = new Map()
  let inFlight = 0

  return {
    inFlight: () => inFlight,

    /** Counts a request from now until the returned function is called with its status; `customer` requests are in flight. */
    begin(method, route, customer) {
      const startedAt = performance.now()
      const name = METHODS.has(method) ? method : 'OTHER'
      if (customer) inFlight += 1
      return (status) => {
        if (customer) inFlight -= 1
        const key = labels({ method: name, route, status })
        totals.set(key, (totals.get(key) ?? 0) + 1)
        observe(route, (performance.now() - startedAt) / 1000)
      }
    },

    text() {
      const { stock, orders } = read()
      const cpu = process.cpuUsage()
      return [
        ...family('shop_info', 'gauge', 'What is running; always 1', [[labels(info), 1]]),
        ...family('shop_stock', 'gauge', 'Items left for sale in this instance', [['', stock]]),
        ...family('shop_orders_total', 'counter', 'Orders taken since the start', [['', orders]]),
        ...family('http_requests_total', 'counter', 'Requests answered', [...totals]),
        ...family('http_requests_in_flight', 'gauge', 'Customer requests being served now (health and metrics left out)', [['', inFlight]]),
        ...histogram(),
        ...family('process_cpu_seconds_total', 'counter', 'CPU time used since the start', [['', (cpu.user + cpu.system) / 1e6]]),
        ...family('process_resident_memory_bytes', 'gauge', 'Memory in RAM', [['', process.memoryUsage.rss()]]),
        ...family('process_start_time_seconds', 'gauge', 'Start, in seconds since 1970', [
          ['', Math.round(Date.now() / 1000 - process.uptime())],
        ]),
        '',
      ].join('\n')
    },
  }

  function observe(route, seconds) {
    const entry = durations.get(route) ?? { counts: BUCKETS.map(() => 0), sum: 0, count: 0 }
    durations.set(route, entry)
    entry.sum += seconds
    entry.count += 1
    const bucket = BUCKETS.findIndex((bound) => seconds <= bound)
    if (bucket >= 0) entry.counts[bucket] += 1
  }

  function histogram() {
    const name = 'http_request_duration_seconds'
    const lines = [`# HELP ${name} Time from the request's arrival to the end of its reply`, `# TYPE ${name} histogram`]
    for (const [route, entry] of durations) {
      let running = 0
      BUCKETS.forEach((bound, index) => {
        running += entry.counts[index]
        lines.push(`${name}_bucket${labels({ route, le: bound })} ${running}`)
      })
      lines.push(`${name}_bucket${labels({ route, le: '+Inf' })} ${entry.count}`)
      lines.push(`${name}_sum${labels({ route })} ${entry.sum}`, `${name}_count${labels({ route })} ${entry.count}`)
    }
    return lines
  }
}

function family(name, type, help, samples) {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples.map(([labelText, value]) => `${name}${labelText} ${value}`)]
}

function labels(pairs) {
  const escaped = (value) => String(value).replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')
  return `{${Object.entries(pairs)
    .map(([key, value]) => `${key}="${escaped(value)}"`)
    .join(',')}}`
}
