import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { App, AppSpec, Instance } from '../../core/contract/index.ts'
import { ConsoleUnderTest, until } from './console-under-test.ts'

const console_ = new ConsoleUnderTest()
let page: Page
const errors: string[] = []

/** Writes a line a second to its output, and every fifth to its error output. */
const CHATTER = `i=0; while :; do i=$((i+1)); echo "INFO tick $i <b>not bold</b>"; [ $((i % 5)) = 0 ] && echo "ERROR fifth $i" >&2; sleep 0.2; done`
const YAML = `# What runs here
name: chatter
command: [sh, -c, '${CHATTER}']   # no image needed
instances: 2
resources:
  cpu: 20m
`

type Shown = App & { spec: AppSpec }
const chatter = () => console_.json<Shown>('app', 'show', 'chatter')
const settled = (count: number) => until(chatter, (app) => app.running === count && app.status === 'healthy')
const running = async () => (await console_.json<{ items: Instance[] }>('app', 'instances', 'chatter')).items
const button = (name: string) => page.getByRole('button', { name, exact: true })
const dialog = () => page.getByRole('dialog')
const editor = () => page.getByRole('textbox', { name: 'Specification (YAML or JSON)' })
const outcome = () => page.getByRole('complementary', { name: 'What applying does' })
const field = (group: string, label: string) => page.locator(`#group-${group}`).getByLabel(label)
const open = (path: string) => page.goto(`${console_.url}/#${path}`)

/** What the preview on the screen promises. */
async function promised(): Promise<{ starts: number; stops: number; keeps: number }> {
  const preview = page.locator('.preview').last()
  await preview.waitFor()
  return preview.evaluate(({ dataset: { starts, stops, keeps } }: HTMLElement) => ({
    starts: Number(starts),
    stops: Number(stops),
    keeps: Number(keeps),
  }))
}
const text = async () => (await editor().locator('.cm-line').allInnerTexts()).map((line) => line.replace(/\n$/, '')).join('\n')

beforeAll(async () => {
  await console_.serve()
  page = await console_.page()
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => message.type() === 'error' && errors.push(`${message.text()} ${message.location().url}`))
})
afterAll(async () => {
  await console_.run(['app', 'rm', 'chatter', '--yes', '--wait'])
  await console_.dispose()
})

// Each step stands on the one before, as a person takes them.
describe('an application in the console', () => {
  it('is written as text, with completion from the schema and complaints at their line', async () => {
    await open('/deploy?view=yaml')
    await editor().fill(`${YAML}hea`)
    await page.keyboard.press('Control+End')
    await page.keyboard.press('Control+Space')
    await page.getByRole('option', { name: /healthChecks/ }).waitFor()
    await page.keyboard.press('Escape')
    await editor().fill(YAML.replace('20m', 'lots'))
    const complaint = outcome().locator('li', { hasText: 'resources.cpu' })
    await complaint.getByText('Line 6').waitFor()
    await page.locator('.cm-lintRange-error', { hasText: 'lots' }).waitFor()
    expect(await button('Apply').isDisabled()).toBe(true)
  })

  it('is the same document as a form: what one view writes the other shows, and comments stay', async () => {
    await editor().fill(YAML)
    await page.getByText('Form', { exact: true }).click()
    await expect.poll(() => field('size', 'Instances').inputValue()).toBe('2')
    await field('size', 'Instances').fill('3')
    await field('size', 'Memory').fill('much')
    await page
      .locator('#group-size')
      .getByText('Write an amount with its unit')
      .or(page.getByText('write an amount with its unit'))
      .first()
      .waitFor()
    await field('size', 'Memory').fill('32Mi')
    await page.getByText('YAML', { exact: true }).click()
    await editor().waitFor()
    expect(await text()).toBe(YAML.replace('instances: 2', 'instances: 3').replace('cpu: 20m\n', 'cpu: 20m\n  memory: 32Mi\n'))
  })

  it('says beforehand what applying starts, and does just that', async () => {
    expect(await promised()).toEqual({ starts: 3, stops: 0, keeps: 0 })
    await button('Apply').click()
    await page.waitForURL(/#\/apps\/chatter$/)
    await settled(3)
    expect(await running()).toHaveLength(3)
  })

  it('keeps what was typed when a person leaves by mistake', async () => {
    await button('Edit').click()
    await field('what', 'Description').fill('talks a lot')
    await page.getByRole('link', { name: 'Apps', exact: true }).click()
    await dialog().getByText('would be lost').waitFor()
    await dialog().getByRole('button', { name: 'Cancel' }).click()
    expect(await field('what', 'Description').inputValue()).toBe('talks a lot')
    await dialog().waitFor({ state: 'detached' })
    await button('Cancel').click()
    await dialog().getByRole('button', { name: 'Leave' }).click()
    await page.waitForURL(/#\/apps\/chatter$/)
  })

  it('scales as the preview said, and takes it back with one click', async () => {
    const before = new Set((await running()).map(({ id }) => id))
    await button('Scale').click()
    await dialog().getByRole('textbox').fill('5')
    await dialog().getByText('Starts 2', { exact: true }).waitFor()
    const plan = await promised()
    expect(plan).toEqual({ starts: 2, stops: 0, keeps: 3 })
    await dialog().getByRole('button', { name: 'Scale' }).click()
    await settled(5)
    const after = await running()
    expect(after.filter(({ id }) => before.has(id))).toHaveLength(plan.keeps)
    expect(after.filter(({ id }) => !before.has(id))).toHaveLength(plan.starts)
    await button('Undo').click()
    await page.getByText('Taken back').waitFor()
    await settled(3)
    expect((await chatter()).wanted).toBe(3)
  })

  it('refuses to take back what somebody else has changed since', async () => {
    await button('Scale').click()
    await dialog().getByRole('textbox').fill('4')
    await dialog().getByRole('button', { name: 'Scale' }).click()
    await button('Undo').waitFor()
    await console_.json('app', 'scale', 'chatter', '2')
    await button('Undo').click()
    await page
      .getByText('Somebody was faster')
      .or(page.getByText(/changed/i))
      .first()
      .waitFor()
    expect((await chatter()).wanted).toBe(2)
    await settled(2)
  })

  it('runs a command in a terminal inside an instance and says how it ended', async () => {
    await open('/apps/chatter/terminal')
    await button('Open a terminal').click()
    const screen = page.locator('.xterm-rows')
    await page.getByText('Connected').waitFor()
    await page.locator('.xterm-helper-textarea').focus()
    await page.keyboard.type('echo answer-$((40+2)); stty size\n')
    await expect.poll(() => screen.innerText(), { timeout: 10_000 }).toContain('answer-42')
    const size = /(\d+) (\d+)/.exec((await screen.innerText()).split('answer-42').at(-1) ?? '')
    expect(Number(size?.[2])).toBeGreaterThan(90)
    await page.getByRole('tab', { name: 'Logs' }).click()
    await page.getByRole('tab', { name: 'Terminal' }).click()
    await expect.poll(() => screen.innerText()).toContain('answer-42')
    await page.locator('.xterm-helper-textarea').focus()
    await page.keyboard.type('exit 7\n')
    await page.getByText('The command ended with exit code 7.').waitFor()
  })

  it('shows the lines of all instances: inert, by level, searched, paused, around a moment, as a file', async () => {
    await open('/apps/chatter/logs')
    const lines = page.locator('[data-line]')
    await lines.filter({ hasText: 'tick' }).first().waitFor()
    expect(await page.locator('[data-line] b').count()).toBe(0)
    await page.getByText('<b>not bold</b>').first().waitFor()

    await page.getByRole('button', { name: /^Error \d+/ }).click()
    await expect.poll(async () => (await lines.allInnerTexts()).every((line) => line.includes('ERROR fifth'))).toBe(true)
    expect(page.url()).toContain('level=error')
    await page.getByRole('button', { name: /^Error \d+/ }).click()

    await page.getByRole('textbox', { name: 'Search the lines' }).fill('tick 1')
    await button('Next match').click()
    await page.getByText(/^\d+ of \d+$/).waitFor()
    expect(await page.locator('mark').first().innerText()).toBe('tick 1')
    expect(await page.locator('[data-line].current').count()).toBe(1)

    const held = page.getByText(/^Paused: (\d+) new lines? held$/)
    await expect.poll(async () => Number(/\d+/.exec(await held.innerText())?.[0])).toBeGreaterThan(5)
    const [file] = await Promise.all([page.waitForEvent('download'), button('Download').click()])
    const saved = readFileSync(await file.path(), 'utf8')
    expect(saved).toMatch(/chatter-\S+ stdout INFO tick \d+ <b>not bold<\/b>\n/)
    await button('Go live').click()
    await page.getByText('Live: new lines appear at the end').waitFor()

    await open(`/apps/chatter/logs?at=${Date.now()}`)
    await page.getByText(/^Lines from 30 s before/).waitFor()
    await button('Back to live').click()
    await lines.first().waitFor()
  })

  it('draws what was measured: closer on a pull across a chart, and as a file', async () => {
    await open('/apps/chatter')
    const chart = page.getByRole('figure').filter({ hasText: 'CPU' })
    const canvas = chart.locator('canvas')
    await canvas.waitFor({ timeout: 60_000 })
    const [file] = await Promise.all([page.waitForEvent('download'), chart.getByRole('button', { name: /CSV/ }).click()])
    expect(readFileSync(await file.path(), 'utf8')).toMatch(/^time,"chatter \[millicores\]"\r\n\d{4}-\d\d-\d\dT/)

    const box = await canvas.boundingBox()
    if (!box) throw new Error('the chart has no place on the page')
    const y = box.y + box.height / 2
    await page.mouse.move(box.x + box.width * 0.6, y)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.9, y, { steps: 5 })
    await page.mouse.up()
    await page.waitForURL(/zoom=\d+-\d+/)
    await button('Whole range').click()
    await page.waitForURL((url) => !url.hash.includes('zoom'))
  })

  it('is in the list with its version and what it uses', async () => {
    await open('/apps')
    const row = page.getByRole('row').filter({ hasText: 'chatter' })
    await row.getByText('Process').waitFor()
    await row.getByText(/MiB$/).waitFor({ timeout: 30_000 })
  })

  it('did all that without an error in the browser', () => {
    // The browser itself reports the refusal that the way back met.
    expect(errors.filter((error) => !error.includes('412 (Precondition Failed)'))).toEqual([])
  })
})
