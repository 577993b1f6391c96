// The shop's page: one file, no outside resource, in Chinese or English.

const TEXT = {
  en: {
    title: 'Flash sale',
    product: 'Night-sky lantern',
    tagline: 'Folds flat, lights a whole terrace. Today only.',
    left: 'left in this instance',
    buy: 'Buy now',
    soldOut: 'Sold out',
    thanks: 'Thank you! Order',
    away: 'The shop does not answer. Please try again.',
    version: 'version',
    instance: 'instance',
    host: 'host',
    knob: 'Cost of a request',
    cpu: 'CPU (ms)',
    latency: 'Waiting (ms)',
    apply: 'Apply',
    applied: 'Applied.',
    other: '中文',
    otherCode: 'zh',
  },
  zh: {
    title: '限时抢购',
    product: '星空提灯',
    tagline: '可折叠收纳，点亮整个露台。仅限今日。',
    left: '件（本实例库存）',
    buy: '立即购买',
    soldOut: '已售罄',
    thanks: '谢谢惠顾！订单',
    away: '商店没有响应，请重试。',
    version: '版本',
    instance: '实例',
    host: '主机',
    knob: '每个请求的开销',
    cpu: 'CPU（毫秒）',
    latency: '等待（毫秒）',
    apply: '应用',
    applied: '已生效。',
    other: 'English',
    otherCode: 'en',
  },
}

/** `?lang=` wins, then the browser's first language that the shop speaks, then English. */
export function pickLanguage(url, accepted = '') {
  const asked = /[?&]lang=(zh|en)\b/.exec(url)
  if (asked) return asked[1]
  for (const part of accepted.toLowerCase().split(',')) {
    if (/^\s*zh/.test(part)) return 'zh'
    if (/^\s*en/.test(part)) return 'en'
  }
  return 'en'
}

function escape(value) {
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** Each version has its own colour, so that a release can be seen from across the room. */
function hueOf(version) {
  let hash = 7
  for (const character of version) hash = (hash * 31 + character.charCodeAt(0)) % 360
  return (hash + 190) % 360
}

export function page({ language, nonce, price, stock, version, instance, host }) {
  const t = TEXT[language]
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${t.product} · ${t.title}</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">
:root { --accent: hsl(${hueOf(version)} 75% 32%); --soft: hsl(${hueOf(version)} 60% 94%); color-scheme: light dark; }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px; background: var(--soft); color: #1c2330;
  font: 16px/1.5 system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
main { width: min(560px, 100%); background: #fff; border-radius: 16px; padding: 32px; box-shadow: 0 12px 40px rgb(20 30 60 / 14%); }
header { display: flex; justify-content: space-between; align-items: center; color: var(--accent); font-weight: 600; }
header a { color: inherit; font-weight: 400; }
h1 { margin: 16px 0 4px; font-size: 32px; line-height: 1.2; }
p { margin: 0; }
svg { display: block; width: 120px; margin: 16px auto 0; }
.stock { margin: 20px 0; font-size: 18px; }
.stock strong { font-size: 40px; font-variant-numeric: tabular-nums; }
button { border: 0; border-radius: 10px; padding: 14px 24px; font: inherit; font-weight: 600; color: #fff; background: var(--accent); cursor: pointer; }
button:disabled { background: #8a93a3; cursor: not-allowed; }
button:focus-visible, input:focus-visible, a:focus-visible, summary:focus-visible { outline: 3px solid #1c2330; outline-offset: 2px; }
#buy { width: 100%; font-size: 18px; }
output { display: block; min-height: 24px; margin: 12px 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 16px 0; padding-top: 16px; border-top: 1px solid #e3e7ee; font-size: 14px; }
dt { color: #5b6575; }
dd { margin: 0; font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
form { display: flex; flex-wrap: wrap; gap: 12px; align-items: end; margin-top: 12px; font-size: 14px; }
label { display: grid; gap: 4px; }
input { width: 110px; padding: 10px; font: inherit; border: 1px solid #8a93a3; border-radius: 8px; background: transparent; color: inherit; }
form button { padding: 10px 18px; }
@media (prefers-color-scheme: dark) {
  body { background: #10141c; color: #e8ecf3; }
  main { background: #1a202c; box-shadow: none; }
  header { color: hsl(${hueOf(version)} 80% 70%); }
  dl { border-color: #303949; } dt { color: #a3adbd; }
  button:focus-visible, input:focus-visible, a:focus-visible, summary:focus-visible { outline-color: #fff; }
}
</style>
</head>
<body>
<main>
<header><span>${t.title}</span><a href="?lang=${t.otherCode}" lang="${t.otherCode}">${t.other}</a></header>
<svg viewBox="0 0 120 120" aria-hidden="true"><path d="M60 8v14" stroke="#5b6575" stroke-width="4"/><ellipse cx="60" cy="64" rx="40" ry="42" fill="var(--accent)"/><path d="M60 22v84M40 28c-12 24-12 48 0 72M80 28c12 24 12 48 0 72" stroke="#fff" stroke-opacity=".55" stroke-width="3" fill="none"/><rect x="46" y="102" width="28" height="8" rx="3" fill="#5b6575"/></svg>
<h1>${t.product}</h1>
<p>${t.tagline} <strong>¥ ${price.toFixed(2)}</strong></p>
<p class="stock"><strong id="stock">${stock}</strong> ${t.left}</p>
<button id="buy" type="button"${stock === 0 ? ' disabled' : ''}>${stock === 0 ? t.soldOut : t.buy}</button>
<output id="message" aria-live="polite"></output>
<dl>
<dt>${t.version}</dt><dd id="version">${escape(version)}</dd>
<dt>${t.instance}</dt><dd id="instance">${escape(instance)}</dd>
<dt>${t.host}</dt><dd id="host">${escape(host)}</dd>
</dl>
<details><summary>${t.knob}</summary>
<form id="cost">
<label>${t.cpu}<input name="cpuMs" type="number" min="0" max="1000" value="0" required></label>
<label>${t.latency}<input name="latencyMs" type="number" min="0" max="10000" value="0" required></label>
<button>${t.apply}</button>
</form></details>
</main>
<script nonce="${nonce}">${clientScript(t)}</script>
</body>
</html>
`
}

function clientScript(t) {
  const words = JSON.stringify({ buy: t.buy, soldOut: t.soldOut, thanks: t.thanks, away: t.away, applied: t.applied })
  return `
const words = ${words}
const at = (id) => document.getElementById(id)
const say = (message) => { at('message').textContent = message }
function show(status) {
  for (const field of ['stock', 'version', 'instance', 'host']) at(field).textContent = status[field]
  at('buy').disabled = status.stock === 0
  at('buy').textContent = status.stock === 0 ? words.soldOut : words.buy
}
at('buy').addEventListener('click', async () => {
  try {
    const response = await fetch('/buy', { method: 'POST' })
    const body = await response.json()
    show(body)
    say(response.ok ? words.thanks + ' ' + body.order : words.soldOut)
  } catch { say(words.away) }
})
const cost = at('cost')
fetch('/admin/cost').then((response) => response.json()).then((now) => {
  cost.elements.cpuMs.value = now.cpuMs
  cost.elements.latencyMs.value = now.latencyMs
}).catch(() => {})
cost.addEventListener('submit', async (event) => {
  event.preventDefault()
  const body = { cpuMs: Number(cost.elements.cpuMs.value), latencyMs: Number(cost.elements.latencyMs.value) }
  try {
    const response = await fetch('/admin/cost', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    say(response.ok ? words.applied : (await response.json()).error)
  } catch { say(words.away) }
})
setInterval(async () => {
  if (document.hidden) return
  try { show(await (await fetch('/api/stock')).json()) } catch { say(words.away) }
}, 2000)
`
}
