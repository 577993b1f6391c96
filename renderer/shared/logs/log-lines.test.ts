// @vitest-environment happy-dom
import { enableAutoUnmount, mount } from '@vue/test-utils'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { createI18n } from 'vue-i18n'
import { finderOf, inertText, LogBuffer } from './log-buffer.ts'
import LogLines from './LogLines.vue'

enableAutoUnmount(afterEach)

// eslint-disable-next-line no-control-regex -- what must not be left is what is looked for
const ACTIVE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/

const HOSTILE = [
  '<script>globalThis.hit = 1</script>',
  '<img src=x onerror="globalThis.hit = 1">',
  '"><svg onload=globalThis.hit=1>',
  '{{ constructor.constructor("globalThis.hit = 1")() }}',
  '\u001b]8;;javascript:globalThis.hit=1\u0007link\u001b]8;;\u0007',
  '\u001b]0;a title\u0007\u001b[2J\u001b[31mred',
  '\u202etxt.exe',
]

function draw(search: string) {
  const buffer = new LogBuffer()
  buffer.add(HOSTILE.map((text) => ({ text, instance: '<b>shop-1</b>', host: 'h', stream: 'stdout' as const, at: null })))
  const i18n = createI18n({ missingWarn: false, fallbackWarn: false, locale: 'en', messages: { en: { log: { box: 'Log' } } } })
  const props = {
    lines: buffer.since(0),
    finder: finderOf(search),
    current: null,
    following: false,
    showTime: false,
    wrap: false,
    colourOf: new Map(),
  }
  return mount(LogLines, { props, global: { plugins: [i18n] } })
}

describe('the log on the screen', () => {
  it.each(['', 'script', '<'])('shows what an app printed as text, whatever it printed (search: %j)', (search) => {
    const page = draw(search)
    expect(page.findAll('.line')).toHaveLength(HOSTILE.length)
    expect(page.findAll('.text').map((line) => line.text())).toEqual(HOSTILE.map((text) => inertText(text).trim()))
    for (const tag of ['script', 'img', 'svg', 'a', 'b']) expect(page.findAll(`.line ${tag}`)).toHaveLength(0)
    expect('hit' in globalThis).toBe(false)
  })

  it('never holds anything that a terminal would act upon', () => {
    const anything = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary' }))
    fc.assert(
      fc.property(anything, (text) => {
        expect(inertText(text)).not.toMatch(ACTIVE)
      }),
    )
  }, 30_000)
})
