import { createHash } from 'node:crypto'
import type { ShellMessages } from './messages.ts'

const STYLE = `
:root { color-scheme: light dark; font: 14px/1.5 system-ui, sans-serif; --line: #8a949e66; --accent: #0b7a6b; --muted: #5b6670 }
@media (prefers-color-scheme: dark) { :root { --accent: #5fd4c4; --muted: #a3adb5 } body { background: #101418; color: #e6eaed } }
body { margin: 0 auto; padding: 32px 24px; max-width: 560px }
h1 { font-size: 20px; margin: 0 0 8px } h2 { font-size: 14px; margin: 28px 0 4px }
p { margin: 0 0 16px; overflow-wrap: anywhere } .muted { color: var(--muted) }
label { display: block; margin: 12px 0 } label.check { display: flex; gap: 8px; align-items: baseline }
input[name=address] { box-sizing: border-box; width: 100%; padding: 8px 10px; margin-top: 4px; font: inherit; border: 1px solid var(--line); border-radius: 6px }
button, a { font: inherit; padding: 6px 14px; border: 1px solid var(--line); border-radius: 6px; background: transparent; color: inherit; text-decoration: none; cursor: pointer }
.primary { border-color: var(--accent); color: var(--accent); font-weight: 600 }
[role=alert] { border: 1px solid #d1453b; border-left-width: 5px; border-radius: 6px; padding: 8px 12px }
ul { list-style: none; padding: 0; margin: 0 } li { display: flex; gap: 8px; align-items: center; padding: 6px 0; border-bottom: 1px solid var(--line) }
li code { flex: 1; overflow-wrap: anywhere } form.inline { display: inline }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }`

/** Neither scripts nor anything from elsewhere: the shell's pages are text and forms. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

// Browsers ignore this directive in a meta element, and say so on the console.
const META_POLICY = PAGE_POLICY.replace("; frame-ancestors 'none'", '')

/** Text as HTML that can be nothing but text, in elements and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

export function page({ language, title, body }: { language: string; title: string; body: string }): string {
  return `<!doctype html><html lang="${escapeHtml(language)}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${META_POLICY}">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body><main><h1>${escapeHtml(title)}</h1>${body}</main></body></html>`
}

/** Shown in place of a console that could not be opened; an address by itself, so that no session has to know how to serve it. */
export function failedPage(
  t: ShellMessages,
  failure: { language: string; address: string; reason: string; isCertificate: boolean },
): string {
  const { language, address, reason, isCertificate } = failure
  const html = page({
    language,
    title: isCertificate ? t.certificateTitle : t.unreachableTitle,
    body: `<p><code>${escapeHtml(address.replace(/#\/$/, ''))}</code></p><p>${escapeHtml(isCertificate ? t.certificateHint : t.unreachableHint)}</p>
<p class="muted"><code>${escapeHtml(reason)}</code></p><p><a class="primary" href="${escapeHtml(address)}">${escapeHtml(t.tryAgain)}</a></p>`,
  })
  return `data:text/html;charset=utf-8,${encodeURIComponent(html)}`
}
