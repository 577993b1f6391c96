// A small flash-sale shop: one HTTP server without dependencies, on any Node from 18.
// It is honest about everything an orchestrator wants to know: health, metrics, version, and how it stops.
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { log, logError } from './log.mjs'
import { createMetrics } from './metrics.mjs'
import { page, pickLanguage } from './page.mjs'

const MAX_BODY_BYTES = 1024
const LIMITS = { cpuMs: 1000, latencyMs: 10_000 }

const version = process.env.SHOP_VERSION || '1.0.0'
const instance = process.env.SPACEFORT_INSTANCE || `pid-${process.pid}`
const host = process.env.SPACEFORT_HOST || 'this workstation'
const port = whole(process.env.PORT || process.env.PORT_HTTP || 8080, 0, 65535, 'PORT')
// Kept short: during this time health already says 503 while late requests are still served, so that routers can step aside.
const drainMs = whole(process.env.SHOP_DRAIN_MS || 1000, 0, 60_000, 'SHOP_DRAIN_MS')
const drainLimitMs = whole(process.env.SHOP_DRAIN_LIMIT_MS || 8000, 0, 300_000, 'SHOP_DRAIN_LIMIT_MS')
const cost = {
  cpuMs: whole(process.env.SHOP_COST_MS || 0, 0, LIMITS.cpuMs, 'SHOP_COST_MS'),
  latencyMs: whole(process.env.SHOP_LATENCY_MS || 0, 0, LIMITS.latencyMs, 'SHOP_LATENCY_MS'),
}

let stock = whole(process.env.SHOP_STOCK || 1000, 0, 1_000_000_000, 'SHOP_STOCK')
let orders = 0
let draining = false

const metrics = createMetrics({ version, instance, host }, () => ({ stock, orders }))

const routes = {
  'GET /': { name: '/', priced: true, handle: showPage },
  'GET /api/stock': { name: '/api/stock', priced: true, handle: () => json(200, status()) },
  'POST /buy': { name: '/buy', priced: true, handle: buy },
  'GET /healthz': { name: '/healthz', handle: () => (draining ? text(503, 'draining\n') : text(200, 'ok\n')) },
  'GET /metrics': { name: '/metrics', handle: () => text(200, metrics.text(), 'text/plain; version=0.0.4; charset=utf-8') },
  'GET /admin/cost': { name: '/admin/cost', handle: () => json(200, { ...cost, limits: LIMITS }) },
  'POST /admin/cost': { name: '/admin/cost', handle: changeCost },
}
const paths = new Set(Object.values(routes).map((route) => route.name))

const server = createServer({ keepAliveTimeout: 5000, requestTimeout: 30_000 }, (request, response) => {
  void serve(request, response)
})

async function serve(request, response) {
  const path = request.url.split('?', 1)[0]
  const route = routes[`${request.method} ${path}`]
  // Fixed names only: a label made from the address would let a stranger create endless series.
  const finished = metrics.begin(request.method, paths.has(path) ? path : 'other', route?.priced === true)
  let status = 499 // the customer left before there was an answer
  response.on('close', () => finished(status))
  const reply = await answer(route, path, request)
  status = reply.status
  response.writeHead(status, {
    'content-type': reply.type,
    'content-length': Buffer.byteLength(reply.body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...reply.headers,
    ...(draining ? { connection: 'close' } : {}),
  })
  response.end(reply.body)
}

async function answer(route, path, request) {
  if (!route) return paths.has(path) ? wrongMethod(path) : json(404, { error: 'not found' })
  try {
    if (route.priced) await pay()
    return await route.handle(request)
  } catch (error) {
    if (error instanceof BadRequest) return json(error.status, { error: error.message })
    logError('request failed', { path, error: error.message })
    return json(500, { error: 'internal error' })
  }
}

function wrongMethod(path) {
  const allowed = Object.keys(routes).filter((key) => key.endsWith(` ${path}`))
  return { ...json(405, { error: 'method not allowed' }), headers: { allow: allowed.map((key) => key.split(' ')[0]).join(', ') } }
}

class BadRequest extends Error {
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

function showPage(request) {
  const nonce = randomBytes(16).toString('base64')
  log('page shown', { stock })
  const language = pickLanguage(request.url, request.headers['accept-language'])
  return {
    ...text(200, page({ ...status(), language, nonce }), 'text/html; charset=utf-8'),
    headers: {
      'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'`,
    },
  }
}

function buy() {
  if (stock === 0) return json(409, { error: 'sold out', ...status() })
  stock -= 1
  orders += 1
  const order = `${instance}-${orders}`
  log('order', { order, left: stock })
  if (stock === 0) log('sold out', { orders })
  return json(201, { order, ...status() })
}

async function changeCost(request) {
  // A form on a foreign page cannot send this type without asking first, and the shop never says yes.
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) throw new BadRequest(415, 'send application/json')
  const wanted = await readJson(request)
  const next = { ...cost }
  for (const [key, value] of Object.entries(wanted)) {
    if (!(key in LIMITS)) throw new BadRequest(400, `unknown field "${key}"; use cpuMs and latencyMs`)
    if (!Number.isInteger(value) || value < 0 || value > LIMITS[key])
      throw new BadRequest(400, `${key} is a whole number from 0 to ${LIMITS[key]}`)
    next[key] = value
  }
  Object.assign(cost, next)
  log('cost changed', cost)
  return json(200, { ...cost, limits: LIMITS })
}

async function readJson(request) {
  let body = ''
  for await (const chunk of request) {
    body += chunk
    if (body.length > MAX_BODY_BYTES) throw new BadRequest(413, `send at most ${MAX_BODY_BYTES} bytes`)
  }
  let value
  try {
    value = JSON.parse(body)
  } catch {
    throw new BadRequest(400, 'the body is not JSON')
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new BadRequest(400, 'send an object, as in {"cpuMs":20}')
  return value
}

/** Spends what one request costs: CPU time really used, so that a throttled instance is slower, and then waiting. */
async function pay() {
  const start = process.cpuUsage()
  while (cost.cpuMs > 0) {
    const used = process.cpuUsage(start)
    if (used.user + used.system >= cost.cpuMs * 1000) break
  }
  if (cost.latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, cost.latencyMs))
}

function status() {
  return { product: 'Night-sky lantern', price: 19.9, stock, orders, version, instance, host, draining }
}

function json(code, value) {
  return text(code, `${JSON.stringify(value)}\n`, 'application/json; charset=utf-8')
}

function text(code, body, type = 'text/plain; charset=utf-8') {
  return { status: code, body, type, headers: {} }
}

function whole(value, min, max, name) {
  const number = Number(value)
  if (Number.isInteger(number) && number >= min && number <= max) return number
  logError('bad setting', { name, expected: `a whole number from ${min} to ${max}` })
  process.exit(2)
}

async function drain(signal) {
  if (draining) return
  draining = true
  log('draining', { signal, inFlight: metrics.inFlight() })
  setTimeout(() => {
    logError('drain took too long', { inFlight: metrics.inFlight(), limitMs: drainLimitMs })
    process.exit(1)
  }, drainLimitMs).unref()
  await new Promise((resolve) => setTimeout(resolve, drainMs))
  server.close(() => {
    log('stopped', { orders, stock })
    process.exit(0)
  })
  server.closeIdleConnections?.()
}

process.on('SIGTERM', (signal) => void drain(signal))
process.on('SIGINT', (signal) => void drain(signal))
server.on('error', (error) => {
  logError('cannot listen', { port, error: error.message })
  process.exit(1)
})
server.listen(port, () => log('listening', { port: server.address().port, version, instance, host, stock }))
