import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { parse, stringify } from 'yaml'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { App, Host, HostInput } from '../../core/contract/index.ts'
import { kill, labDown, labUp, revive, type Lab } from '../../lab/index.ts'
import { ConsoleUnderTest, ROOT, until } from './console-under-test.ts'

const dir = mkdtempSync(join(tmpdir(), 'spacefort-labh-'))
const SHOTS = process.env.SPACEFORT_SHOTS
const console_ = new ConsoleUnderTest()
const errors: string[] = []
let lab: Lab
let inventory: HostInput[]
let page: Page

const shown = (name: string) => console_.json<Host>('host', 'show', name)
const ready = (name: string) =>
  until(
    () => shown(name),
    ({ status }) => status === 'ready',
  )
const button = (name: string | RegExp, within: Page | Locator = page) =>
  within.getByRole('button', { name, exact: typeof name === 'string' })
const dialog = () => page.getByRole('dialog')
const field = (name: string, within: Page | Locator = page) => within.getByLabel(new RegExp(`^${name}`))
const open = (path: string) => page.goto(`${console_.url}/#${path}`)
const step = (name: string) => page.locator(`[data-step=${name}]`)
const publicKey = (name: string) =>
  execFileSync('ssh-keygen', ['-lf', join(lab.state.dir, 'hosts', name, 'ssh_host_key.pub')], { encoding: 'utf8' })
const fingerprint = (name: string) => /SHA256:\S+/.exec(publicKey(name))![0]

/** A picture for those who look at the screens; the test itself does not need it. */
async function picture(name: string): Promise<void> {
  if (SHOTS !== undefined) await page.screenshot({ path: join(SHOTS, `${name}.png`) })
}

beforeAll(async () => {
  lab = await labUp({ dir, prefix: 'labh', subnet: '10.91.0', kinds: ['docker-tls', 'docker-ssh', 'ssh'] })
  inventory = parse(readFileSync(lab.inventoryPath, 'utf8')) as HostInput[]
  await console_.serve()
  page = await console_.page()
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => message.type() === 'error' && errors.push(`${message.text()} ${message.location().url}`))
})
afterAll(async () => {
  await console_.run(['app', 'rm', 'shop', '--yes', '--wait'])
  await console_.dispose()
  await labDown({ dir })
  rmSync(dir, { recursive: true, force: true })
})

// One story in order: each step stands on the one before.
describe('hosts in the console', () => {
  it('adds a host in steps: kind, keys, a live test, the host key compared, place and labels', async () => {
    await open('/hosts')
    await button('Add host').click()
    await page.getByText('Docker through SSH').click()
    await picture('add-kind')
    await button('Continue').click()
    await field('Name').fill('labh2')
    await field('Address').fill('https://10.91.0.12')
    await page.getByLabel('Choose file: Private key').last().setInputFiles(join(lab.state.dir, 'ssh_key'))
    await button('Continue').click()
    await page
      .getByText('Use an IP address or a DNS name, without "https://" and without a port')
      .or(page.getByText(/use an IP address or a DNS name/i))
      .first()
      .waitFor()
    await picture('add-reach')
    expect(await field('Name').inputValue()).toBe('labh2')
    await field('Address').fill('10.91.0.12')
    await button('Continue').click()
    await page.getByText('The connection works.').waitFor()
    await picture('add-test')
    for (const name of ['reach', 'host-key', 'authenticate', 'engine', 'resources']) await step(name).getByText('Passed').waitFor()
    await button('Continue').click()

    expect(await page.locator('[data-test=shown-key] code').innerText()).toBe(fingerprint('labh2'))
    expect(await button('Continue').isDisabled()).toBe(true)
    await field('Output of the command').fill(publicKey('labh3'))
    await page.locator('[data-verdict=other]').waitFor()
    await field('Output of the command').fill(publicKey('labh2'))
    await page.locator('[data-verdict=same]').waitFor()
    await picture('add-key')
    await button('Continue').click()

    await field('Data centre').fill('centre-b')
    await field('Rack').fill('rack-b1')
    await field('Labels').fill('lab=labh\nnot a label')
    await button('Add host').click()
    await page.getByText('Line 2: write key=value', { exact: false }).waitFor()
    await picture('add-place')
    await field('Labels').fill('lab=labh')
    await button('Add host').click()
    await page.getByText('labh2 was added').waitFor()
    await page.locator('[data-status=ready]').first().waitFor()
    await picture('add-done')
    const host = await shown('labh2')
    expect(host).toMatchObject({
      centre: 'centre-b',
      rack: 'rack-b1',
      labels: { lab: 'labh' },
      connection: { hostKey: fingerprint('labh2') },
    })
    await button('Open the host').click()
    await page.getByRole('heading', { name: 'labh2' }).waitFor()
  })

  it('imports the others after a look at every line', async () => {
    await open('/hosts/_import')
    const bad = { ...inventory[2]!, connection: { kind: 'ssh', ssh: { address: 'https://x', password: 'p' } } }
    await field('Hosts').fill(stringify([inventory[0], inventory[1], bad]))
    await button('Preview').click()
    await page.locator('[data-lines=valid]').getByText('1', { exact: true }).waitFor()
    await page.locator('[data-lines=exists]').waitFor()
    await page.getByText('connection.ssh.address').waitFor()
    await picture('import-preview')
    await button('Back to the text').click()
    await field('Hosts').fill(stringify(inventory))
    await button('Preview').click()
    await button('Add 2 hosts').click()
    await page.locator('[data-import=finished]').waitFor()
    await page.getByText('2 hosts were added').waitFor()
    await picture('import-done')
    const [report] = await Promise.all([page.waitForEvent('download'), button('Download report').click()])
    const text = readFileSync(await report.path(), 'utf8')
    expect(text.split('\r\n').map((line) => line.split(',').slice(1, 3).join(' '))).toEqual([
      'name result',
      'labh1 added',
      'labh2 exists',
      'labh3 added',
      '',
    ])
    await ready('labh1')
    await ready('labh3')
  })

  it('finds by filter, keeps it in the address, and changes many hosts at once', async () => {
    await open('/hosts?label=lab%3Dlabh')
    await page.getByText('3 of 4 hosts').waitFor()
    await page.getByRole('checkbox', { name: 'Select all that match' }).click()
    await page.getByText('3 hosts selected').waitFor()
    await picture('list-selected')
    await button('Labels', page.getByRole('toolbar').last()).click()
    await field('Set labels', dialog()).fill('tier=web')
    await button('Apply', dialog()).click()
    await page.locator('[data-job=finished]').waitFor()
    await picture('bulk-done')
    expect(await dialog().locator('[data-status=changed]').count()).toBe(3)
    await button('Close', dialog()).last().click()
    for (const name of ['labh1', 'labh2', 'labh3']) expect((await shown(name)).labels).toEqual({ lab: 'labh', tier: 'web' })

    for (const [action, scheduling] of [
      ['Cordon', 'cordoned'],
      ['Uncordon', 'open'],
    ] as const) {
      await button(action, page.getByRole('toolbar').last()).click()
      await button(action, dialog()).click()
      await page.locator('[data-job=finished]').waitFor()
      await button('Close', dialog()).last().click()
      for (const name of ['labh1', 'labh2', 'labh3']) expect((await shown(name)).scheduling).toBe(scheduling)
    }
    await button(/^Cordoned/).waitFor({ state: 'detached' })
  })

  it('keeps a view under a name', async () => {
    await button('Views').click()
    await field('Name of this view').fill('The lab')
    await button('Save view').click()
    await open('/hosts')
    await page.getByText('4 hosts', { exact: true }).waitFor()
    await button('Views').click()
    await button('The lab').click()
    await page.getByText('3 of 4 hosts').waitFor()
    expect(page.url()).toContain('label=lab')
  })

  it('drains a host: shows before what moves where, then how it goes, and what cannot move and why', async () => {
    await console_.json('host', 'cordon', 'workstation')
    await console_.json('host', 'cordon', 'labh3')
    const spec = {
      name: 'shop',
      image: 'spacefort/shop:1',
      instances: 4,
      resources: { cpu: '100m', memory: '64Mi' },
      ports: [{ name: 'http', container: 8080 }],
    }
    const applied = await console_.run(['app', 'apply', '-f', '-', '--yes', '--wait'], { stdin: JSON.stringify(spec) })
    expect(applied.code, applied.stderr).toBe(0)
    await open('/hosts/labh1')
    await page.getByText('Used now').first().waitFor()
    await picture('host-page')
    await button('Drain').click()
    await dialog().locator('[data-app=shop]').getByText('2 to labh2').waitFor()
    await picture('drain-preview')
    await button('Drain', dialog()).click()
    await page.locator('[data-drain=draining]').waitFor()
    await picture('drain-progress')
    await page.locator('[data-drain=drained]').waitFor({ timeout: 60_000 })
    await picture('drain-done')
    expect(await shown('labh1')).toMatchObject({ scheduling: 'drained', instances: 0 })

    await open('/hosts/labh2')
    await button('Drain').click()
    await dialog().getByText('4 of 4 instances cannot move now', { exact: false }).waitFor()
    await picture('drain-stuck-preview')
    await button('Drain', dialog()).click()
    await page
      .locator('[data-drain] [data-app=shop]')
      .getByText(/Cannot move: .*drained/)
      .waitFor()
    await page.getByText('4 of 4 instances left').waitFor()
    await picture('drain-stuck')
    await button('Stop draining').click()
    await button('Stop draining', dialog()).click()
    await page.locator('[data-drain]').waitFor({ state: 'detached' })
    expect(await shown('labh2')).toMatchObject({ scheduling: 'open', instances: 4 })
    expect(await console_.json<App>('app', 'show', 'shop')).toMatchObject({ healthy: 4 })
  })

  it('changes a connection only after the new one was tested', async () => {
    await open('/hosts/labh2/connection')
    await button('Change connection').click()
    await field('Socket', dialog()).fill('/run/nothing.sock')
    await button('Test', dialog()).click()
    await dialog().getByText('there is no such socket on the host').waitFor()
    await picture('connection-failed')
    await field('Socket', dialog()).fill('/run/docker.sock')
    await button('Test', dialog()).click()
    await dialog().getByText('The connection works.').waitFor()
    await button('Save', dialog()).click()
    await dialog().waitFor({ state: 'detached' })
    expect((await ready('labh2')).connection.path).toBe('/run/docker.sock')
  })

  it('tests a connection in Chinese as well', async () => {
    await page.getByRole('button', { name: /中文/ }).first().click()
    await button('测试连接').click()
    await page.getByText('连接正常。').waitFor()
    await page.getByText('有 SSH 服务器应答').waitFor()
    await picture('connection-zh')
    await page
      .getByRole('button', { name: /English/ })
      .first()
      .click()
  })

  it('holds back a host whose key changed until a person has compared both keys', async () => {
    const before = fingerprint('labh3')
    await kill('labh3', { dir })
    const path = join(lab.state.dir, 'hosts', 'labh3', 'ssh_host_key')
    rmSync(path)
    rmSync(`${path}.pub`)
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path])
    await revive('labh3', { dir })
    await until(
      () => shown('labh3'),
      ({ status }) => status === 'blocked',
    )
    await open('/hosts/labh3')
    await page.getByRole('heading', { name: 'The SSH host key of this host changed' }).waitFor()
    await page.getByText(before).first().waitFor()
    expect(await page.locator('[data-test=shown-key] code').innerText()).toBe(fingerprint('labh3'))
    await picture('key-changed')
    await field('Output of the command').fill(`256 ${before} root (ED25519)`)
    await page.locator('[data-verdict=old]').waitFor()
    expect(await button('Accept the new key').isDisabled()).toBe(true)
    await field('Output of the command').fill(publicKey('labh3'))
    await page.locator('[data-verdict=same]').waitFor()
    await picture('key-same')
    await button('Accept the new key').click()
    await button('Accept the new key', dialog()).click()
    expect((await ready('labh3')).connection.hostKey).toBe(fingerprint('labh3'))
    await page.locator('[data-verdict]').waitFor({ state: 'detached' })
  })

  it('did all that without an error in the browser', () => expect(errors).toEqual([]))
})

/** A list that is measured: what the page itself costs while it scrolls and filters, whatever the machine does beside it. */
describe('three thousand hosts', () => {
  it('scroll and filter', async () => {
    const measured = await measureList(3000)
    process.stderr.write(`${JSON.stringify(measured)}\n`)
    expect(measured.lastRow).toBe('host-3000')
    expect(measured.filtered).toBeGreaterThan(100)
  })
})

async function measureList(hosts: number) {
  const { ListUnderTest } = await import('./list-under-test.ts')
  const list = await ListUnderTest.open(join(ROOT, 'out/renderer'), hosts)
  try {
    return await list.measure()
  } finally {
    await list.dispose()
  }
}
