import type { App, Host } from '../contract/index.ts'

export type StatusLevel = 'ok' | 'warning' | 'critical'

/** A text in both languages; whoever shows it knows which one the person reads. */
export interface Words {
  en: string
  zh: string
}

type ProblemKind = 'brake' | 'app-down' | 'host-blocked' | 'host-unreachable' | 'app-degraded'

/** Something that a person on duty has to know, and where the console shows it. */
export interface Problem {
  kind: ProblemKind
  /** What it is about; empty when it is about everything. */
  name: string
  /** Why, in the scheduler's or the connection's own words. */
  detail: string
}

export interface Situation {
  hosts: readonly Pick<Host, 'name' | 'status' | 'statusMessage'>[]
  apps: readonly Pick<App, 'name' | 'status' | 'statusMessage'>[]
  brake: { on: boolean; reason: string }
}

interface Wording {
  level: Exclude<StatusLevel, 'ok'>
  one: (name: string) => Words
  many: (count: number) => Words
  /** Page with one of them, and with all of them. */
  route: (name: string) => string
  listRoute: string
}

const WORDING: Readonly<Record<ProblemKind, Wording>> = {
  brake: {
    level: 'critical',
    one: () => ({ en: 'The brake is on: nothing is moved', zh: '安全制动已启用：不再迁移任何实例' }),
    many: () => ({ en: 'The brake is on: nothing is moved', zh: '安全制动已启用：不再迁移任何实例' }),
    route: () => '/',
    listRoute: '/',
  },
  'app-down': {
    level: 'critical',
    one: (name) => ({ en: `${name} is down`, zh: `${name} 服务中断` }),
    many: (count) => ({ en: `${count} applications are down`, zh: `${count} 个应用服务中断` }),
    route: (name) => `/apps/${name}`,
    listRoute: '/apps',
  },
  'host-blocked': {
    level: 'critical',
    one: (name) => ({ en: `${name} shows another host key`, zh: `${name} 的主机密钥已改变` }),
    many: (count) => ({ en: `${count} hosts show another host key`, zh: `${count} 台主机的密钥已改变` }),
    route: (name) => `/hosts/${name}`,
    listRoute: '/hosts',
  },
  'host-unreachable': {
    level: 'warning',
    one: (name) => ({ en: `${name} is unreachable`, zh: `${name} 无法连接` }),
    many: (count) => ({ en: `${count} hosts are unreachable`, zh: `${count} 台主机无法连接` }),
    route: (name) => `/hosts/${name}`,
    listRoute: '/hosts',
  },
  'app-degraded': {
    level: 'warning',
    one: (name) => ({ en: `${name} is degraded`, zh: `${name} 运行降级` }),
    many: (count) => ({ en: `${count} applications are degraded`, zh: `${count} 个应用运行降级` }),
    route: (name) => `/apps/${name}`,
    listRoute: '/apps',
  },
}

/** In the order in which a person should look at them. */
export const PROBLEM_KINDS = Object.keys(WORDING) as readonly ProblemKind[]

const APP_PROBLEMS: Partial<Record<App['status'], ProblemKind>> = { down: 'app-down', degraded: 'app-degraded' }
const HOST_PROBLEMS: Partial<Record<Host['status'], ProblemKind>> = { blocked: 'host-blocked', unreachable: 'host-unreachable' }

/** Everything that is wrong now, worst first. Pure. */
export function problemsOf({ hosts, apps, brake }: Situation): Problem[] {
  const found: Problem[] = brake.on ? [{ kind: 'brake', name: '', detail: brake.reason }] : []
  for (const { name, status, statusMessage: detail } of apps) {
    const kind = APP_PROBLEMS[status]
    if (kind) found.push({ kind, name, detail })
  }
  for (const { name, status, statusMessage: detail } of hosts) {
    const kind = HOST_PROBLEMS[status]
    if (kind) found.push({ kind, name, detail })
  }
  return PROBLEM_KINDS.flatMap((kind) => found.filter((problem) => problem.kind === kind))
}

/** One text for problems of the same kind: the problem itself when there is one, their number and names when there are more. */
export function describeProblems(
  kind: ProblemKind,
  problems: readonly Problem[],
): { level: StatusLevel; title: Words; body: string; route: string } {
  const { level, one, many, route, listRoute } = WORDING[kind]
  const [first] = problems
  if (first && problems.length === 1) return { level, title: one(first.name), body: first.detail, route: route(first.name) }
  return { level, title: many(problems.length), body: problems.map(({ name }) => name).join(', '), route: listRoute }
}
