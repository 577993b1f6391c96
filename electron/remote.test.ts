import { describe, expect, it } from 'vitest'
import { parseRemote } from './remote.ts'

describe('the address of another console', () => {
  it.each([
    ['console.example:7420', 'https://console.example:7420'],
    [' https://Console.example/ ', 'https://console.example'],
    ['http://127.0.0.1:7420/x?y#z', 'http://127.0.0.1:7420'],
    ['http://[::1]:7420', 'http://[::1]:7420'],
    ['http://localhost:7420', 'http://localhost:7420'],
  ])('%j is %s', (text, origin) => {
    expect(parseRemote(text)).toEqual({ origin, start: `${origin}/` })
  })

  it('may be a sign-in link, whose code is for the first page only', () => {
    expect(parseRemote('https://console.example/#/sign-in?code=aB_9-')).toEqual({
      origin: 'https://console.example',
      start: 'https://console.example/#/sign-in?code=aB_9-',
    })
    expect(parseRemote('https://console.example/#/sign-in?code=a&from=//evil').start).toBe('https://console.example/')
  })

  it.each([
    ['http://console.example:7420', 'notEncrypted'],
    ['http://127.0.0.1.evil.example', 'notEncrypted'],
    ['', 'notAnAddress'],
    ['ftp://console.example', 'notAnAddress'],
    ['file:///etc/passwd', 'notAnAddress'],
    ['javascript:alert(1)', 'notAnAddress'],
    ['app://console', 'notAnAddress'],
    ['https://someone:word@console.example', 'notAnAddress'],
    ['two words', 'notAnAddress'],
  ])('%j is none: %s', (text, problem) => {
    expect(parseRemote(text)).toEqual({ problem })
  })
})
