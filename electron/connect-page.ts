import { randomBytes, timingSafeEqual } from 'node:crypto'
import { shellMessages } from './messages.ts'
import { escapeHtml, page, PAGE_POLICY } from './page-frame.ts'
import type { Handler } from './protocol.ts'
import { parseRemote, type RemoteProblem } from './remote.ts'
import type { SettingsFile } from './settings.ts'

interface ConnectActions {
  settings: SettingsFile
  language: () => string
  /** Opens a console; `start` is its first page. */
  open: (origin: string, start: string) => void
  /** Ends what was remembered of a console besides its address. */
  forget: (origin: string) => void
}

type Problem = RemoteProblem | 'staleForm'

/**
 * The page on which a person chooses a console: forms without scripts, answered by the shell itself. A form counts only with the
 * secret of this run, which no other page can read.
 */
export function connectPage({ settings, language, open, forget }: ConnectActions): Handler {
  const secret = randomBytes(32).toString('base64url')

  const act = (form: URLSearchParams): Problem | undefined => {
    if (!isSame(form.get('secret') ?? '', secret)) return 'staleForm'
    const { origin, start, problem } = parseRemote(form.get('address') ?? '')
    if (form.get('action') === 'local') settings.change({ startWith: null })
    else if (origin === undefined || start === undefined) return problem
    else if (form.get('action') === 'forget') {
      settings.forgetRemote(origin)
      forget(origin)
    } else {
      settings.rememberRemote(origin)
      if (form.has('atStart')) settings.change({ startWith: origin })
      open(origin, start)
    }
    return undefined
  }

  return async (request) => {
    const { pathname } = new URL(request.url)
    if (pathname !== '/connect') return new Response(null, { status: 404 })
    const form = request.method === 'POST' ? new URLSearchParams(await request.text()) : undefined
    const problem = form && act(form)
    const html = render({ language: language(), settings, secret, problem, typed: problem ? (form.get('address') ?? '') : '' })
    const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': PAGE_POLICY, 'cache-control': 'no-store' }
    return new Response(html, { status: problem ? 400 : 200, headers })
  }
}

interface View {
  language: string
  settings: SettingsFile
  secret: string
  problem: Problem | undefined
  typed: string
}

function render({ language, settings, secret, problem, typed }: View): string {
  const t = shellMessages(language)
  const { remotes, startWith } = settings.value
  const hidden = (values: Record<string, string>) =>
    Object.entries({ secret, ...values })
      .map(([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`)
      .join('')
  const button = (label: string, values: Record<string, string>) =>
    `<form class="inline" method="post" action="/connect">${hidden(values)}<button>${escapeHtml(label)}</button></form>`
  const entry = (address: string) =>
    `<li><code>${escapeHtml(address)}</code>${address === startWith ? `<span class="muted">${t.atStart}</span>` : ''}
${button(t.open, { address })}${button(t.forget, { address, action: 'forget' })}</li>`
  const body = `<p class="muted">${escapeHtml(t.connectIntro)}</p>${problem ? `<p role="alert">${escapeHtml(t[problem])}</p>` : ''}
<form method="post" action="/connect">${hidden({})}
<label>${t.address}<input name="address" required autofocus spellcheck="false" autocomplete="off" placeholder="https://" value="${escapeHtml(typed)}"></label>
<label class="check"><input type="checkbox" name="atStart">${escapeHtml(t.alsoAtStart)}</label>
<button class="primary">${t.connectButton}</button></form>
${remotes.length > 0 ? `<h2>${t.recent}</h2><ul>${remotes.map(entry).join('')}</ul>` : ''}
${startWith === null ? '' : `<p></p>${button(t.useThisComputer, { action: 'local' })}`}`
  return page({ language, title: t.connectTitle, body })
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)]
  return a.length === b.length && timingSafeEqual(a, b)
}
