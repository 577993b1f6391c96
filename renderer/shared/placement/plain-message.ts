import { serverText } from '../../app/i18n/server-words.ts'
import { HOST_PHRASES } from './host-phrases.ts'

type Translate = (key: string, params: Record<string, unknown>, plural: number) => string

/** What the scheduler and the reconciler say in their own short sentences, by its parts. The words are under `rule.phrase`. */
const PHRASES: [key: string, pattern: RegExp][] = [
  ['cpu', /^insufficient CPU on (?<n>\d+)(?: hosts?)?$/],
  ['memory', /^insufficient memory on (?<n>\d+)(?: hosts?)?$/],
  ['disk', /^insufficient disk on (?<n>\d+)(?: hosts?)?$/],
  ['unreachable', /^(?<n>\d+)(?: hosts?)? unreachable$/],
  ['connecting', /^(?<n>\d+)(?: hosts?)? still connecting$/],
  ['blocked', /^(?<n>\d+)(?: hosts?)? blocked$/],
  ['cordoned', /^(?<n>\d+)(?: hosts?)? cordoned$/],
  ['draining', /^(?<n>\d+)(?: hosts?)? being drained$/],
  ['drained', /^(?<n>\d+)(?: hosts?)? drained$/],
  ['image', /^no image to run on (?<n>\d+)(?: hosts?)?$/],
  ['process', /^no process to run on (?<n>\d+)(?: hosts?)?$/],
  ['port', /^port (?<port>\S+) taken on (?<n>\d+)(?: hosts?)?$/],
  ['ports', /^no port of (?<port>\S+) free on (?<n>\d+)(?: hosts?)?$/],
  ['fit', /^(?<n>\d+) hosts? fits?$/],
  ['none', /^there are no hosts$/],
  ['networkLost', /^all (?<n>\d+) hosts are unreachable: most likely this console lost its network$/],
  ['manyLost', /^(?<n>\d+) of (?<all>\d+) hosts are unreachable$/],
  ['manyLostIn', /^(?<n>\d+) of (?<all>\d+) hosts of centre (?<centre>.+) are unreachable$/],
  ['exit', /^exit code (?<n>\d+)$/],
  ['stopped', /^stopped: (?<cause>\w+)$/],
]

const languageOf = (t: Translate) => t('shell.languageTag', {}, 1)

function phrase(text: string, t: Translate): string {
  for (const [key, pattern] of PHRASES) {
    const found = pattern.exec(text)
    if (!found) continue
    const { cause, ...rest } = found.groups ?? {}
    const params = { ...rest, ...(cause === undefined ? {} : { cause: t(`status.cause.${cause}`, {}, 1) }) }
    return t(`rule.phrase.${key}`, params, Number(rest['n'] ?? 1))
  }
  return serverText(text, languageOf(t))
}

/** A failure of a host is one sentence, whatever signs its technical part holds. */
function hostSentence(text: string, t: Translate): string | undefined {
  for (const [key, pattern] of HOST_PHRASES) {
    const found = pattern.exec(text)
    if (!found) continue
    const { ms, why, ...rest } = found.groups ?? {}
    const seconds = ms === undefined ? {} : { seconds: Number(ms) / 1000 }
    const cause = why === undefined ? {} : { why: serverText(why, languageOf(t)) }
    return t(`rule.host.${key}`, { ...rest, ...seconds, ...cause }, 1)
  }
  return undefined
}

/** A sentence of the console itself in the person's language; what it does not know stays as it was said. */
export function plainMessage(text: string, t: Translate): string {
  const aboutHost = hostSentence(text, t)
  if (aboutHost !== undefined) return aboutHost
  const whole = serverText(text, languageOf(t))
  if (whole !== text) return whole
  return text
    .split('; ')
    .map((part) => phrase(part, t))
    .join(languageOf(t).startsWith('zh') ? '；' : '; ')
}

const WARNINGS: [key: string, pattern: RegExp][] = [
  ['nowhere', /^No host can ever run this, even when all are empty: (?<why>.+)\.$/],
  ['notAll', /^Only (?<fit>\d+) of (?<n>\d+) instances? fit on the present hosts, even when they are empty: (?<why>.+)\.$/],
  ['noUpdate', /^With (?<n>\d+) instances? running, .+update\.minHealthy (?<share>\S+) allows none .+ finish: (?<why>.+?)\. Lower .+$/],
]

/** A warning about a specification in the person's language. */
export function plainWarning(text: string, t: Translate): string {
  for (const [key, pattern] of WARNINGS) {
    const groups = pattern.exec(text)?.groups
    if (groups) return t(`rule.warning.${key}`, { ...groups, why: plainMessage(groups['why'] ?? '', t) }, Number(groups['n'] ?? 1))
  }
  return text
}
