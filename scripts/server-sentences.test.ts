import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createI18n } from 'vue-i18n'
import { collectMessages } from '../renderer/app/i18n/index.ts'
import { issueText } from '../renderer/app/i18n/issue-words.ts'
import { plainMessage } from '../renderer/shared/placement/plain-message.ts'
import { sentencesOf, serverSentences } from './server-sentences.ts'

const CHINESE = /[\u4e00-\u9fff]/
const WHERE = {
  files: ['core/{access,api,apps,attach,base,engines,hosts,monitoring,reconciler,scheduler,secrets,store,system}/**/*.ts'],
  without: [
    '**/*fixture*.ts',
    '**/fake-*.ts',
    // Words for these go by codes: see test-words.test.ts.
    '**/connection-{hints,test}.ts',
    // Said on the command line before there is a console, or to callers that speak no HTTP.
    'core/api/{serve,broken-requests}.ts',
    'core/store/{restore,data-folder,database,vault}.ts',
  ],
}
/** Put together from what is given to it, which is looked at where it is written. */
const PUT_TOGETHER = ['example within 3 s']
const sentences = serverSentences(join(import.meta.dirname, '..'), WHERE).filter(({ text }) => !PUT_TOGETHER.includes(text))

const i18n = createI18n({ legacy: false, locale: 'zh-CN', messages: collectMessages([]) }).global
const t = (key: string, params: Record<string, unknown>, plural: number) =>
  (i18n.t as (key: string, params: unknown, plural: number) => string)(key, params, plural)

it('finds what the core says', () => {
  expect(sentences.length).toBeGreaterThan(130)
  expect(
    sentencesOf('one.ts', "throw new AppError('CONFLICT', `\"${name}\" is ${busy ? 'in use' : 'gone'}`)").map(({ text }) => text),
  ).toEqual(['"example" is in use', '"example" is gone'])
})

it('has Chinese words for every sentence of the core that reaches a screen', () => {
  const unknown = sentences.filter(({ text }) => !CHINESE.test(plainMessage(text, t)) && !CHINESE.test(issueText(text, 'zh-CN')))
  expect(unknown.map(({ at, text }) => `${at}: ${text}`)).toEqual([])
})

it.each([
  ['there is no host called "web-1"', '没有名为“web-1”的主机'],
  ['this needs the role operator; you are viewer', '需要操作员角色，而您是查看者'],
  ['waiting to replace failed instances: exit code 3', '等待替换失败的实例：退出码 3'],
  [
    'Docker at unix:///run/x.sock does not answer: connect ENOENT /run/x.sock',
    'unix:///run/x.sock 的 Docker 没有应答：套接字 /run/x.sock 不存在',
  ],
  ['rack taken by another instance on 2 hosts; insufficient memory on 1', '2 台主机的机柜已有其他实例；1 台主机内存不足'],
  ['what nobody foresaw', 'what nobody foresaw'],
])('%s', (english, chinese) => expect(plainMessage(english, t)).toBe(chinese))
