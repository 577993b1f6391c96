import { SERVER_SENTENCES } from './server-sentences.ts'

/** Words the core fills into its sentences. */
const WORDS: Readonly<Record<string, string>> = {
  ...{ app: '应用', host: '主机', instance: '实例', secret: '机密', token: '令牌', user: '用户', revision: '版本' },
  ...{ viewer: '查看者', operator: '操作员', administrator: '管理员' },
  ...{ centre: '数据中心', room: '机房', rack: '机柜', domain: '域', engine: '引擎' },
  ...{ starting: '正在启动', running: '正在运行', stopping: '正在停止', stopped: '已停止', failed: '已失败', unreachable: '无法连接' },
}
/** Parts that are one of those words, and parts that are sentences themselves. */
const WORD_PARTS = /^(?:kind|role|status|field)/
const SENTENCE_PART = 'why'

interface Pattern {
  pattern: RegExp
  chinese: string
}

const PLACE = /\{(\w+)\}/g

/** What a part may read, where not everything. */
const SHAPES: readonly [parts: RegExp, shape: string][] = [
  [/^n\d?$/, String.raw`[\d.,]+`],
  [/^hosts$/, String.raw`\d+(?: hosts?)?`],
  [/^field$/, String.raw`\S+`],
]

/** "there is no {kind}" as a pattern. */
function compile([english, chinese]: [string, string]): Pattern {
  const source = english.split(PLACE).map((part, index) => {
    if (index % 2 === 0) return part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
    return `(?<${part}>${SHAPES.find(([parts]) => parts.test(part))?.[1] ?? '.+?'})`
  })
  return { pattern: new RegExp(`^${source.join('')}$`, 's'), chinese }
}

let patterns: Pattern[] | undefined

/** The longest sentence that fits says most: "x does not answer: y" also ends like others. */
function compiled(): Pattern[] {
  patterns ??= Object.entries(SERVER_SENTENCES)
    .filter(([english]) => english.search(PLACE) >= 0)
    .sort(([one], [other]) => fixed(other) - fixed(one))
    .map(compile)
  return patterns
}
const fixed = (english: string) => english.replaceAll(PLACE, '').length

function filled(name: string, value: string): string {
  if (name === SENTENCE_PART) return inChinese(value) ?? value
  if (name === 'hosts') return `${Number.parseInt(value, 10)} 台主机`
  return WORD_PARTS.test(name) ? (WORDS[value] ?? value) : value
}

function inChinese(sentence: string): string | undefined {
  const whole = SERVER_SENTENCES[sentence]
  if (whole !== undefined) return whole
  for (const { pattern, chinese } of compiled()) {
    const groups = pattern.exec(sentence)?.groups
    if (groups) return chinese.replaceAll(PLACE, (place, name: string) => (groups[name] === undefined ? place : filled(name, groups[name])))
  }
  return undefined
}

/** What the core says in English, in `locale`; a sentence that is not known stays as it was said. */
export function serverText(sentence: string, locale: string): string {
  return locale.startsWith('zh') ? (inChinese(sentence) ?? sentence) : sentence
}
