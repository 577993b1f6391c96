import { describeProblems, PROBLEM_KINDS, problemsOf, type Situation, type StatusLevel, type Words } from './problems.ts'

/** What a tray or a lamp shows: one level, one sentence, and the things to look at, each with its page of the console. */
export interface Status {
  level: StatusLevel
  title: Words
  lines: readonly { level: StatusLevel; text: Words; route: string }[]
}

/** Of one kind, more than this many are counted instead of named. */
const NAMED_LINES = 4

/** The state of everything in one look. Pure. */
export function statusOf(situation: Situation): Status {
  const problems = problemsOf(situation)
  const lines = PROBLEM_KINDS.flatMap((kind) => {
    const same = problems.filter((problem) => problem.kind === kind)
    const groups = same.length > NAMED_LINES ? [same] : same.map((problem) => [problem])
    return groups.map((group) => {
      const { level, title: text, route } = describeProblems(kind, group)
      return { level, text, route }
    })
  })
  if (problems.length === 0) return { level: 'ok', title: calm(situation), lines }
  const level = lines.some((line) => line.level === 'critical') ? 'critical' : 'warning'
  const { length: count } = problems
  const title = { en: count === 1 ? '1 problem' : `${count} problems`, zh: `${count} 个问题` }
  return { level, title, lines }
}

function calm({ hosts, apps }: Situation): Words {
  const ready = hosts.filter(({ status }) => status === 'ready').length
  const running = apps.filter(({ status }) => status === 'healthy' || status === 'changing').length
  return {
    en: `No problems. Hosts ready: ${ready}, applications running: ${running}`,
    zh: `一切正常。就绪主机 ${ready} 台，运行中的应用 ${running} 个`,
  }
}
