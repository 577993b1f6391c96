import { describe, expect, it } from 'vitest'
import type { Event } from '../../../../core/contract/index.ts'
import { TOKENS } from '../../../app/theme/tokens.ts'
import { labelPairs, matchesFilter, NO_FILTER, worstFirst } from './filter.ts'
import { hostOf, instanceOf } from './fixture.ts'
import { patchHost } from './live-patch.ts'
import { COLOUR_MODES, createPainter, hostHealth, hostLoad, mainApp, mix } from './paint.ts'

const event = (kind: Event['kind'], instance: string | null = null): Event => ({
  ...{ seq: 1, at: 0, kind, actor: 'system', host: 'h', app: instance?.replace(/-[^-]*$/, '') ?? null, instance, data: {}, hash: '' },
})

describe('what a host looks like', () => {
  it('is the worst of the host and its instances', () => {
    expect(hostHealth(hostOf('h'))).toBe('good')
    expect(hostHealth(hostOf('h', { instances: [instanceOf('a-1'), instanceOf('a-2', { health: 'unhealthy' })] }))).toBe('warning')
    expect(hostHealth(hostOf('h', { status: 'unreachable', instances: [instanceOf('a-2', { health: 'unhealthy' })] }))).toBe('bad')
  })

  it('takes measured use for its load, what is reserved where none was measured, and says when the size is unknown', () => {
    expect(hostLoad(hostOf('h', { reservedCpuMillis: 1000 }), 'cpu')).toBe(0.25)
    expect(hostLoad(hostOf('h', { reservedCpuMillis: 1000, used: { cpuMillis: 3800, memoryBytes: 0 } }), 'cpu')).toBe(0.95)
    expect(hostLoad(hostOf('h', { memoryBytes: 0 }), 'memory')).toBeNull()
  })

  it('belongs to the app with most instances', () => {
    expect(mainApp(hostOf('h', { instances: ['a-1', 'b-1', 'b-2', 'c-1', 'c-2'].map((id) => instanceOf(id)) }))).toBe('b')
    expect(mainApp(hostOf('h'))).toBeNull()
  })

  it('differs by shape wherever it differs by colour, apps aside, and is always in the legend', () => {
    for (const mode of COLOUR_MODES) {
      const painter = createPainter(mode, TOKENS.dark, ['a', 'b'])
      const shapes = painter.legend.map(({ shape }) => shape)
      if (mode !== 'app') expect(new Set(shapes).size).toBe(shapes.length)
      for (const host of [
        hostOf('h'),
        hostOf('h', { cpuMillis: 0, status: 'blocked', scheduling: 'drained', instances: [instanceOf('z-1')] }),
      ])
        expect(painter.legend).toContain(painter.host(host))
    }
  })

  it('mixes colours', () => {
    expect(mix('#ffffff', '#000000', 0.5)).toBe('#808080')
  })
})

describe('the filter', () => {
  const host = hostOf('web-1', { centre: 'Nantong', labels: { disk: 'ssd' }, scheduling: 'drained', instances: [instanceOf('shop-1')] })

  it.each([
    [{ text: 'NANT' }, true],
    [{ text: 'shop-1' }, true],
    [{ text: 'nothing' }, false],
    [{ app: 'shop' }, true],
    [{ app: 'sho' }, false],
    [{ label: 'disk=ssd' }, true],
    [{ label: 'disk=hdd' }, false],
    [{ state: 'closed' as const }, true],
    [{ state: 'trouble' as const }, false],
    [{ text: 'web', state: 'unreachable' as const }, false],
  ])('%j: %s', (part, matches) => {
    expect(matchesFilter(host, { ...NO_FILTER, ...part })).toBe(matches)
  })

  it('puts the worst first', () => {
    const hosts = [
      hostOf('a'),
      hostOf('b', { scheduling: 'cordoned' }),
      hostOf('c', { status: 'blocked' }),
      hostOf('d', { status: 'connecting' }),
    ]
    expect(worstFirst(hosts).map(({ name }) => name)).toEqual(['c', 'd', 'b', 'a'])
  })

  it('knows every label once', () => {
    expect(labelPairs([host, host, hostOf('x', { labels: { a: '1' } })])).toEqual(['a=1', 'disk=ssd'])
  })
})

describe('an event', () => {
  it('changes the host or the instance it tells of', () => {
    const host = hostOf('h', { instances: [instanceOf('b-1')] })
    expect(patchHost(host, event('host.unreachable')).status).toBe('unreachable')
    expect(patchHost(host, event('host.drained')).scheduling).toBe('drained')
    const placed = patchHost(host, event('instance.placed', 'a-1'))
    expect(placed.instances.map(({ id, status }) => [id, status])).toEqual([
      ['a-1', 'starting'],
      ['b-1', 'running'],
    ])
    expect(patchHost(placed, event('instance.unhealthy', 'b-1')).instances[1]?.health).toBe('unhealthy')
    expect(patchHost(placed, event('instance.failed', 'a-1')).instances.map(({ id }) => id)).toEqual(['b-1'])
  })

  it('leaves the very same object when there is nothing to change, and makes nothing up', () => {
    const host = hostOf('h', { instances: [instanceOf('b-1')] })
    expect(patchHost(host, event('app.scaled'))).toBe(host)
    expect(patchHost(host, event('instance.running', 'gone-1'))).toBe(host)
    expect(patchHost(host, event('instance.stopped', 'gone-1'))).toBe(host)
  })
})
