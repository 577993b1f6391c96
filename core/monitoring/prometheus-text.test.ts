import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePrometheusText, seriesName } from './prometheus-text.ts'

const one = (line: string) => parsePrometheusText(line).samples[0]

describe('parsePrometheusText', () => {
  it('reads the example of the format', () => {
    const { samples, types, unreadable } = parsePrometheusText(`
# HELP http_requests_total The total number of HTTP requests.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027 1395066363000
http_requests_total{method="post",code="400"}    3 1395066363000

# Escaping in label values:
msdos_file_access_time_seconds{path="C:\\\\DIR\\\\FILE.TXT",error="Cannot find file:\\n\\"FILE.TXT\\""} 1.458255915e9

# Minimalistic line:
metric_without_timestamp_and_labels 12.47

# A weird metric from before the epoch:
something_weird{problem="division by zero"} +Inf -3982045

rpc_duration_seconds{quantile="0.01"} 3102
rpc_duration_seconds_sum 1.7560473e+07
`)
    expect(unreadable).toBe(0)
    expect(types.get('http_requests_total')).toBe('counter')
    expect(samples).toEqual([
      { name: 'http_requests_total', labels: { method: 'post', code: '200' }, value: 1027, at: 1395066363000 },
      { name: 'http_requests_total', labels: { method: 'post', code: '400' }, value: 3, at: 1395066363000 },
      {
        name: 'msdos_file_access_time_seconds',
        labels: { path: 'C:\\DIR\\FILE.TXT', error: 'Cannot find file:\n"FILE.TXT"' },
        value: 1458255915,
        at: null,
      },
      { name: 'metric_without_timestamp_and_labels', labels: {}, value: 12.47, at: null },
      { name: 'something_weird', labels: { problem: 'division by zero' }, value: Infinity, at: -3982045 },
      { name: 'rpc_duration_seconds', labels: { quantile: '0.01' }, value: 3102, at: null },
      { name: 'rpc_duration_seconds_sum', labels: {}, value: 17560473, at: null },
    ])
  })

  it.each([
    ['a{}1', 1],
    ['a { b = "c" , } 1', 1],
    ['a{b="}"} 2', 2],
    ['a -Inf', -Infinity],
    ['a NaN', NaN],
    ['a .5', 0.5],
    ['a{b="c"} 3 # {trace_id="x"} 1.0', 3],
    ['a\t7\r', 7],
  ])('reads %j', (line, value) => expect(one(line)?.value).toBe(value))

  it.each(['a', '1a 1', 'a{b=c} 1', 'a{b="c} 1', 'a{b="c"', 'a one', 'a 1 2 3', 'a 0x10', 'a{b="c" d="e"} 1', '{"a"} 1'])(
    'leaves out %j',
    (line) => {
      const { samples, unreadable } = parsePrometheusText(`${line}\nok 1`)
      expect(samples.map(({ name }) => name)).toEqual(['ok'])
      expect(unreadable).toBe(1)
    },
  )

  it('reads back every name, label and value that is written in the format', () => {
    const Name = fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,20}$/)
    const Label = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,20}$/)
    const Value = fc.string({ unit: 'binary', maxLength: 30 }).filter((value) => !/[\r\u2028\u2029]/.test(value))
    const Sample = fc.record({
      name: Name,
      labels: fc.dictionary(Label, Value, { maxKeys: 4, noNullPrototype: true }),
      value: fc.oneof(fc.double(), fc.integer()),
      at: fc.option(fc.integer()),
    })
    const write = (value: number) => String(value).replace('Infinity', 'Inf')
    fc.assert(
      fc.property(fc.array(Sample, { maxLength: 5 }), (samples) => {
        const text = samples.map(
          ({ name, labels, value, at }) => `${seriesName(name, labels)} ${write(value)}${at === null ? '' : ` ${at}`}`,
        )
        const page = parsePrometheusText(text.join('\n'))
        expect(page.unreadable).toBe(0)
        expect(page.samples).toEqual(samples.map((sample) => ({ ...sample, value: sample.value === 0 ? expect.closeTo(0) : sample.value })))
      }),
    )
  })

  it('takes any text without failing', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => parsePrometheusText(text).samples.length <= text.length))
  })
})

describe('seriesName', () => {
  it('does not depend on the order of labels', () => {
    expect(seriesName('a', { z: '1', b: 'x"y' })).toBe('a{b="x\\"y",z="1"}')
    expect(seriesName('a', { b: 'x"y', z: '1' })).toBe('a{b="x\\"y",z="1"}')
    expect(seriesName('a', {})).toBe('a')
  })
})
