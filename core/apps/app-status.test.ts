import { describe, expect, it } from 'vitest'
import { appStatus, type AppCounts } from './app-status.ts'

const calm: AppCounts = { wanted: 3, running: 3, healthy: 3, starting: 0, waiting: 0, outdated: 0, present: 3, failures: 0, unreachable: 0 }
const status = (difference: Partial<AppCounts>) => appStatus('running', { ...calm, ...difference })

describe('the status of an app', () => {
  it('is changing while missing instances are on their way', () => {
    expect(status({ running: 0, healthy: 0, present: 0 })).toBe('changing')
    expect(status({ running: 1, healthy: 1, starting: 2 })).toBe('changing')
  })

  it('says by what still serves how bad it is that hosts are out of reach and nothing takes their place', () => {
    expect(status({ running: 0, healthy: 0, present: 0, unreachable: 3 })).toBe('down')
    expect(status({ running: 2, healthy: 2, present: 2, unreachable: 1 })).toBe('degraded')
  })

  it('is changing again when replacements start, and healthy with them, whatever is out of reach', () => {
    expect(status({ running: 2, healthy: 2, starting: 1, unreachable: 1 })).toBe('changing')
    expect(status({ unreachable: 1 })).toBe('healthy')
  })

  it('is down or degraded while instances wait or fail', () => {
    expect(status({ running: 0, healthy: 0, present: 0, waiting: 3 })).toBe('down')
    expect(status({ running: 2, healthy: 2, present: 2, failures: 1 })).toBe('degraded')
  })
})
