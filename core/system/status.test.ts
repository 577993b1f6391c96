import { describe, expect, it } from 'vitest'
import { AlertJudge, HOLD_MS, SAME_WITHIN_MS } from './alert-judge.ts'
import { problemsOf, type Problem, type Situation } from './problems.ts'
import { statusOf } from './status.ts'

const quiet: Situation = {
  hosts: [{ name: 'web-1', status: 'ready', statusMessage: '' }],
  apps: [{ name: 'shop', status: 'healthy', statusMessage: '' }],
  brake: { on: false, reason: '' },
}
const lost = (name: string): Problem => ({ kind: 'host-unreachable', name, detail: 'no answer' })

describe('status', () => {
  it('is ok, with numbers, when nothing is wrong', () => {
    expect(statusOf(quiet)).toEqual({
      level: 'ok',
      title: {
        en: 'No problems. Hosts ready: 1, applications running: 1',
        zh: '一切正常。就绪主机 1 台，运行中的应用 1 个',
      },
      lines: [],
    })
  })

  it('names what is wrong, worst first, each with its page', () => {
    const status = statusOf({
      hosts: [{ name: 'web-1', status: 'unreachable', statusMessage: 'no answer' }],
      apps: [
        { name: 'blog', status: 'degraded', statusMessage: '' },
        { name: 'shop', status: 'down', statusMessage: '' },
      ],
      brake: { on: true, reason: 'lost 3 of 4' },
    })
    expect(status.level).toBe('critical')
    expect(status.title).toEqual({ en: '4 problems', zh: '4 个问题' })
    expect(status.lines.map(({ text, route }) => [text.en, route])).toEqual([
      ['The brake is on: nothing is moved', '/'],
      ['shop is down', '/apps/shop'],
      ['web-1 is unreachable', '/hosts/web-1'],
      ['blog is degraded', '/apps/blog'],
    ])
  })

  it('counts many of one kind, and is a warning as long as nothing is down', () => {
    const hosts = Array.from({ length: 9 }, (_, index) => ({ name: `h-${index}`, status: 'unreachable' as const, statusMessage: '' }))
    const { level, lines } = statusOf({ ...quiet, hosts })
    expect(level).toBe('warning')
    expect(lines).toEqual([{ level: 'warning', text: { en: '9 hosts are unreachable', zh: '9 台主机无法连接' }, route: '/hosts' }])
  })

  it('leaves out what is stopped, changing or connecting', () => {
    const apps = [
      { name: 'a', status: 'stopped' as const, statusMessage: '' },
      { name: 'b', status: 'changing' as const, statusMessage: '' },
    ]
    expect(problemsOf({ ...quiet, apps, hosts: [{ name: 'x', status: 'connecting', statusMessage: '' }] })).toEqual([])
  })
})

describe('alerts', () => {
  it('come once, for what lasts', () => {
    const judge = new AlertJudge()
    expect(judge.next([lost('a')], 0)).toEqual({ alerts: [], againInMs: HOLD_MS })
    expect(judge.next([lost('a')], HOLD_MS - 1)).toEqual({ alerts: [], againInMs: 1 })
    const { alerts } = judge.next([lost('a')], HOLD_MS)
    expect(alerts).toEqual([
      {
        key: 'host-unreachable:a',
        level: 'warning',
        title: { en: 'a is unreachable', zh: 'a 无法连接' },
        body: 'no answer',
        route: '/hosts/a',
      },
    ])
    expect(judge.next([lost('a')], 10 * HOLD_MS)).toEqual({ alerts: [], againInMs: undefined })
  })

  it('do not come for what is over soon, however often it happens', () => {
    const judge = new AlertJudge()
    for (let now = 0; now < 20 * HOLD_MS; now += HOLD_MS) {
      expect(judge.next([lost('a')], now).alerts).toEqual([])
      expect(judge.next([], now + HOLD_MS / 2).alerts).toEqual([])
    }
  })

  it('come again only when it was well for a good while', () => {
    const judge = new AlertJudge()
    const lasts = (from: number) => {
      judge.next([lost('a')], from)
      return judge.next([lost('a')], from + HOLD_MS).alerts.length
    }
    expect(lasts(0)).toBe(1)
    judge.next([], 20_000)
    expect(lasts(30_000)).toBe(0)
    judge.next([], 50_000)
    expect(lasts(50_000 + SAME_WITHIN_MS)).toBe(1)
  })

  it('are one when many things happen together', () => {
    const judge = new AlertJudge()
    const problems = [lost('a'), lost('b'), lost('c'), { kind: 'app-down' as const, name: 'shop', detail: 'no instance runs' }]
    judge.next(problems, 0)
    expect(judge.next(problems, HOLD_MS).alerts.map(({ key, title, body, route }) => [key, title.en, body, route])).toEqual([
      ['app-down:shop', 'shop is down', 'no instance runs', '/apps/shop'],
      ['host-unreachable', '3 hosts are unreachable', 'a, b, c', '/hosts'],
    ])
  })
})
