import { mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openRig, type Rig } from './fixture.ts'

let dir: string
let rig: Rig

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'spacefort-files-'))
  const root = join(dir, 'renderer')
  mkdirSync(join(root, 'assets'), { recursive: true })
  writeFileSync(join(dir, 'secret.txt'), 'secret')
  writeFileSync(join(root, 'index.html'), '<!doctype html><title>screens</title>')
  writeFileSync(join(root, '.hidden'), 'secret')
  writeFileSync(join(root, 'icon.svg'), '<svg/>')
  writeFileSync(join(root, 'assets', 'index-B1x2c3D4.js'), 'run()')
  symlinkSync(join(dir, 'secret.txt'), join(root, 'link.txt'))
  rig = await openRig({ rendererDir: root })
})
afterAll(async () => {
  await rig.close()
  rmSync(dir, { recursive: true })
})

it('serves files with their type, and hashed ones for good', async () => {
  const script = await rig.send('/assets/index-B1x2c3D4.js')
  expect(await script.text()).toBe('run()')
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  const icon = await rig.send('/icon.svg')
  expect([icon.headers.get('content-type'), icon.headers.get('cache-control')]).toEqual(['image/svg+xml', 'no-cache'])
})

it('answers every page of the screens with the same document, under a strict policy', async () => {
  for (const path of ['/', '/apps/shop', '/hosts?q=a.b']) {
    const page = await rig.send(path, { headers: { accept: 'text/html,*/*;q=0.8' } })
    expect(await page.text()).toContain('screens')
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'self';/)
  }
  expect((await rig.send('/assets/missing-B1x2c3D4.js')).status).toBe(404)
})

it('answers HEAD without a body', async () => {
  const response = await rig.send('/icon.svg', { method: 'HEAD' })
  expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([200, '6', ''])
})

it.each([
  '/../secret.txt',
  '/..%2fsecret.txt',
  '/%2e%2e/secret.txt',
  '/assets/..%2f..%2fsecret.txt',
  '/assets/..%5c..%5csecret.txt',
  '/%252e%252e/secret.txt',
  '/.hidden',
  '/link.txt',
  '/icon.svg%00.js',
  '/%ff.js',
])('never leaves its folder: %s', async (path) => {
  const response = await rig.send(path)
  expect([path, response.status]).toEqual([path, 404])
  expect(await response.text()).not.toBe('secret')
})
