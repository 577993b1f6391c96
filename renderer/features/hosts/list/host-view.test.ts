import { describe, expect, it } from 'vitest'
import { readView, sameView, writeView } from './host-view.ts'

describe('the address of a view', () => {
  it('is read as it was written', () => {
    const query = { q: 'rack 1', status: 'unreachable', centre: '', label: 'disk=ssd,gpu', sort: '-instances', columns: 'name,status' }
    expect(writeView(readView(query))).toEqual(query)
  })
  it('leaves out what nobody can mean', () => {
    const view = readView({ status: 'sleeping', domain: 'network', sort: 'a;b', q: ['x', 'y'], other: '1' })
    expect(view).toEqual({ q: '', sort: '', filter: { domain: 'network' }, columns: null })
  })
  it('is empty for the whole list', () => expect(writeView(readView({}))).toEqual({}))
  it('tells views apart', () => {
    expect(sameView(readView({ rack: 'a', q: 'x' }), readView({ q: 'x', rack: 'a' }))).toBe(true)
    expect(sameView(readView({ rack: '' }), readView({}))).toBe(false)
  })
})
