import { describe, expect, it } from 'vitest'
import { linkAmong, parseRoute, routeOfAddress, routeOfLink } from './route.ts'

describe('links', () => {
  it.each([
    ['spacefort://pages/one', '/pages/one'],
    ['spacefort:///pages/one', '/pages/one'],
    ['SPACEFORT://pages/one?tab=logs&since=15m', '/pages/one?tab=logs&since=15m'],
    ['spacefort://', '/'],
    ['spacefort://pages/one-2f8a.3:x@y/~', '/pages/one-2f8a.3:x@y/~'],
  ])('%s leads to %s', (link, route) => {
    expect(routeOfLink(link)).toBe(route)
  })

  it.each([
    'spacefort:pages/one',
    'spacefort:/pages/one',
    'https://pages/one',
    'javascript:alert(1)',
    'spacefort://../../etc',
    'spacefort://pages/../secrets',
    'spacefort:////evil.example',
    'spacefort://pages\\one',
    'spacefort://pages/one#/other',
    'spacefort://pages/<script>',
    'spacefort://pages/%2e%2e/one',
    'spacefort://pages/one two',
    'spacefort://sign-in?code=abc',
    'spacefort://SIGN-IN',
    'spacefort://pages?code=abc',
    'spacefort://pages?a=b&c%6fde=abc',
    'spacefort://pages/one&code=abc',
    'spacefort://pages?x=?code=abc',
    `spacefort://pages/${'a'.repeat(600)}`,
    ' spacefort://pages',
  ])('%s leads nowhere', (link) => {
    expect(routeOfLink(link)).toBeUndefined()
  })

  it('are found among the arguments of a program start', () => {
    expect(linkAmong(['--hidden', 'spacefort://pages/one', 'spacefort://two'])).toBe('spacefort://pages/one')
    expect(linkAmong(['--url=spacefort://pages'])).toBeUndefined()
  })
})

describe('the route of an address', () => {
  it('is kept, unless it holds something that must not be', () => {
    expect(routeOfAddress('app://console/#/pages/one?tab=logs')).toBe('/pages/one?tab=logs')
    expect(routeOfAddress('https://console.example/#/sign-in?code=secret')).toBe('/')
    expect(routeOfAddress('https://console.example/#code=secret')).toBe('/')
    expect(routeOfAddress('app://console/')).toBe('/')
  })

  it('never leaves the page', () => {
    for (const text of ['//evil.example', 'https://evil.example', '/a//b', '', 'a']) expect(parseRoute(text)).toBeUndefined()
  })
})
