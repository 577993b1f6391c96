import { spawn, type ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { AppSpec } from '../../../core/contract/index.ts'

interface Shop {
  child: ChildProcess
  url: string
  exited: Promise<number | null>
  output: { stdout: string; stderr: string }
}

const started: ChildProcess[] = []

async function openShop(env: Record<string, string> = {}): Promise<Shop> {
  const child = spawn(process.execPath, ['server.mjs'], {
    cwd: import.meta.dirname,
    env: { PATH: process.env.PATH ?? '', PORT: '0', SHOP_DRAIN_MS: '200', ...env },
  })
  started.push(child)
  const output = { stdout: '', stderr: '' }
  child.stderr.on('data', (data: Buffer) => (output.stderr += data.toString()))
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (data: Buffer) => {
      output.stdout += data.toString()
      const match = /listening port=(\d+)/.exec(output.stdout)
      if (match?.[1]) resolve(match[1])
    })
    void exited.then((code) => {
      reject(new Error(`the shop ended with ${String(code)}: ${output.stderr}`))
    })
  })
  return { child, url: `http://127.0.0.1:${port}`, exited, output }
}

async function sample(shop: Shop, series: string): Promise<number | undefined> {
  const text = await (await fetch(`${shop.url}/metrics`)).text()
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `))
  return line === undefined ? undefined : Number(line.slice(series.length + 1))
}

const buy = (shop: Shop) => fetch(`${shop.url}/buy`, { method: 'POST' })

function setCost(shop: Shop, body: unknown, type = 'application/json'): Promise<Response> {
  return fetch(`${shop.url}/admin/cost`, { method: 'POST', headers: { 'content-type': type }, body: JSON.stringify(body) })
}

async function until(check: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (await check()) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('did not happen within 4 s')
}

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

describe('shop', () => {
  it('sells its stock and not one more, however many buy at once', async () => {
    const shop = await openShop({ SHOP_STOCK: '5' })
    const answers = await Promise.all(Array.from({ length: 12 }, () => buy(shop)))
    const statuses = answers.map((answer) => answer.status)
    expect(statuses.filter((status) => status === 201)).toHaveLength(5)
    expect(statuses.filter((status) => status === 409)).toHaveLength(7)
    expect(await sample(shop, 'shop_stock')).toBe(0)
    expect(await sample(shop, 'shop_orders_total')).toBe(5)
    expect(await sample(shop, 'http_requests_total{method="POST",route="/buy",status="409"}')).toBe(7)
    expect(await sample(shop, 'http_request_duration_seconds_count{route="/buy"}')).toBe(12)
    expect(await sample(shop, 'http_request_duration_seconds_bucket{route="/buy",le="+Inf"}')).toBe(12)
  })

  it('shows version, instance and host, in the language of the browser, with nothing from outside', async () => {
    const shop = await openShop({ SHOP_VERSION: '7.1', SPACEFORT_INSTANCE: 'shop-<b>', SPACEFORT_HOST: 'lab3' })
    const page = await fetch(shop.url, { headers: { 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' } })
    const html = await page.text()
    expect(html).toContain('立即购买')
    expect(html).toContain('>7.1<')
    expect(html).toContain('>lab3<')
    expect(html).not.toContain('<b>')
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(await (await fetch(`${shop.url}/?lang=en`)).text()).toContain('Buy now')
    expect(await (await fetch(`${shop.url}/api/stock`)).json()).toMatchObject({
      stock: 1000,
      version: '7.1',
      host: 'lab3',
      draining: false,
    })
  })

  it('changes what a request costs while it runs, within bounds', async () => {
    const shop = await openShop()
    const before = (await sample(shop, 'process_cpu_seconds_total')) ?? 0
    expect((await setCost(shop, { cpuMs: 60 })).status).toBe(200)
    await buy(shop)
    expect((await sample(shop, 'process_cpu_seconds_total'))! - before).toBeGreaterThan(0.055)
    expect((await setCost(shop, { cpuMs: 1e9 })).status).toBe(400)
    expect((await setCost(shop, { cpu: 5 })).status).toBe(400)
    expect((await setCost(shop, [1])).status).toBe(400)
    expect((await setCost(shop, { cpuMs: 5 }, 'text/plain')).status).toBe(415)
    expect((await setCost(shop, { note: 'x'.repeat(5000) })).status).toBe(413)
    expect(await (await fetch(`${shop.url}/admin/cost`)).json()).toMatchObject({ cpuMs: 60, latencyMs: 0 })
  })

  it('counts customers in flight, also those who leave early', async () => {
    const shop = await openShop({ SHOP_LATENCY_MS: '10000' })
    const leaving = new AbortController()
    const pending = fetch(`${shop.url}/api/stock`, { signal: leaving.signal }).catch(() => undefined)
    await until(async () => (await sample(shop, 'http_requests_in_flight')) === 1)
    leaving.abort()
    await pending
    await until(async () => (await sample(shop, 'http_requests_in_flight')) === 0)
    expect(await sample(shop, 'http_requests_total{method="GET",route="/api/stock",status="499"}')).toBe(1)
  })

  it('answers strange requests without inventing series for them', async () => {
    const shop = await openShop()
    expect((await fetch(`${shop.url}/nothing/${'x'.repeat(50)}`)).status).toBe(404)
    const wrong = await fetch(`${shop.url}/buy`)
    expect(wrong.status).toBe(405)
    expect(wrong.headers.get('allow')).toBe('POST')
    const metrics = await (await fetch(`${shop.url}/metrics`)).text()
    expect(metrics).toContain('http_requests_total{method="GET",route="other",status="404"} 1')
    expect(metrics).not.toContain('nothing')
  })

  it.skipIf(process.platform === 'win32')('drains on SIGTERM: unhealthy at once, what was begun is finished, exit code 0', async () => {
    const shop = await openShop({ SHOP_LATENCY_MS: '600' })
    const order = buy(shop)
    await until(async () => (await sample(shop, 'http_requests_in_flight')) === 1)
    shop.child.kill('SIGTERM')
    await until(async () => (await fetch(`${shop.url}/healthz`)).status === 503)
    expect((await order).status).toBe(201)
    expect(await shop.exited).toBe(0)
    expect(shop.output.stdout).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z INFO draining signal=SIGTERM inFlight=1$/m)
    expect(shop.output.stdout).toMatch(/INFO stopped orders=1 stock=999$/m)
  })

  it.skipIf(process.platform === 'win32')('does not wait for ever for one slow customer', async () => {
    const shop = await openShop({ SHOP_LATENCY_MS: '10000', SHOP_DRAIN_LIMIT_MS: '500' })
    const slow = request(`${shop.url}/buy`, { method: 'POST' }).on('error', () => undefined)
    slow.end()
    await until(async () => (await sample(shop, 'http_requests_in_flight')) === 1)
    shop.child.kill('SIGTERM')
    expect(await shop.exited).toBe(1)
    expect(shop.output.stderr).toContain('drain took too long')
  })

  it('says what is wrong with its settings', async () => {
    await expect(openShop({ SHOP_STOCK: 'many' })).rejects.toThrow(/ended with 2: .*bad setting name=SHOP_STOCK/)
    await expect(openShop({ PORT: '1e9' })).rejects.toThrow(/name=PORT/)
  })

  it('has a specification that the contract accepts once its artifact is uploaded', async () => {
    const spec: unknown = parse(await readFile(new URL('shop.yaml', import.meta.url), 'utf8'))
    expect(spec).toMatchObject({ artifact: '.', image: 'spacefort/shop:1', instances: 3 })
    const parsed = AppSpec.parse({ ...(spec as object), artifact: `sha256:${'0'.repeat(64)}` })
    expect(parsed.command?.at(-1)).toBe('server.mjs')
    expect(parsed.ports).toEqual([{ name: 'http', container: 8080, host: 'auto', protocol: 'tcp' }])
  })
})
