import { describe, expect, it } from 'vitest'
import { createFormat } from './format.ts'

const en = createFormat('en')
const zh = createFormat('zh-CN')

describe('amounts', () => {
  it.each([
    [0, '0 B'],
    [1023, '1,023 B'],
    [1024, '1 KiB'],
    [1.5 * 2 ** 30, '1.5 GiB'],
    [2 ** 40, '1 TiB'],
    [135_266_304, '129 MiB'],
  ])('%d bytes', (value, text) => expect(en.bytes(value)).toBe(text))

  it.each([
    [0, '0 cores', '0 核'],
    [1, '0.001 cores', '0.001 核'],
    [250, '0.25 cores', '0.25 核'],
    [1000, '1 core', '1 核'],
    [1250, '1.25 cores', '1.25 核'],
    [64_000, '64 cores', '64 核'],
  ])('%d millicores', (value, english, chinese) => {
    expect(en.cpu(value)).toBe(english)
    expect(zh.cpu(value)).toBe(chinese)
  })

  it('writes measured values with their unit', () => {
    expect(en.measured(1536, 'bytes/s')).toBe('1.5 KiB/s')
    expect(en.measured(12.345, '1/s')).toBe('12.3 /s')
    expect(zh.measured(12.345, '1/s')).toBe('12.3 次/秒')
    expect(en.measured(7, 'ms')).toBe('7 ms')
    expect(en.measured(7, '1')).toBe('7')
  })
})

describe('times', () => {
  const now = Date.UTC(2026, 10, 21, 12)
  it.each([
    [0, 'now', '刚刚'],
    [5_000, '5s ago', '5 秒前'],
    [119_000, '1m ago', '1 分钟前'],
    [3 * 3_600_000, '3h ago', '3 小时前'],
    [2 * 86_400_000, '2d ago', '前天'],
    [12 * 86_400_000, '12d ago', '12 天前'],
  ])('%d ms ago', (ms, english, chinese) => {
    expect(en.ago(now - ms, now)).toBe(english)
    expect(zh.ago(now - ms, now)).toBe(chinese)
  })

  it.each([
    [0, '0s', '0 秒'],
    [61_000, '1m 1s', '1 分钟 1 秒'],
    [3_600_000, '1h', '1 小时'],
    [90_061_000, '1d 1h', '1 天 1 小时'],
  ])('%d ms long', (ms, english, chinese) => {
    expect(en.duration(ms)).toBe(english)
    expect(zh.duration(ms)).toBe(chinese)
  })
})
