import type { TopologyHost } from '../../../../core/contract/index.ts'
import type { Tokens } from '../../../app/theme/tokens.ts'
import { instanceState, toneOf } from '../../../shared/status/tone-of.ts'

export const COLOUR_MODES = ['health', 'cpu', 'memory', 'app', 'scheduling'] as const
export type ColourMode = (typeof COLOUR_MODES)[number]

/** Forms that stay apart at a few pixels. */
export const SHAPES = ['disc', 'ring', 'triangle', 'cross', 'dash', 'square', 'diamond'] as const
export type Shape = (typeof SHAPES)[number]

export interface Paint {
  key: string
  color: string
  shape: Shape
}

type Instance = TopologyHost['instances'][number]

export const APP_COLOURS = 8
/** Keys that can be no app's name. */
export const OTHER_APP = ':other'
export const NO_APP = ':none'
const TONE_SHAPE = { good: 'disc', busy: 'ring', warning: 'triangle', bad: 'cross', idle: 'dash' } as const
const LOADS = [
  { key: 'full', from: 0.9, shape: 'triangle' },
  { key: 'high', from: 0.75, shape: 'diamond' },
  { key: 'middle', from: 0.5, shape: 'square' },
  { key: 'low', from: 0, shape: 'disc' },
] as const
const SCHEDULING_TONE = { open: 'good', cordoned: 'warning', draining: 'busy', drained: 'idle' } as const

export type HealthKey = 'bad' | 'warning' | 'busy' | 'good'

/** One word for a host and what is on it: the worst of both. */
export function hostHealth(host: TopologyHost): HealthKey {
  const tone = toneOf('host', host.status)
  if (tone === 'bad' || tone === 'busy') return tone
  return host.instances.some((instance) => instance.health === 'unhealthy' || instance.status === 'failed') ? 'warning' : 'good'
}

/** Share of the host that is in use, 0 to 1 and above: measured, or reserved where nothing was measured; null when its size is unknown. */
export function hostLoad(host: TopologyHost, resource: 'cpu' | 'memory'): number | null {
  const size = resource === 'cpu' ? host.cpuMillis : host.memoryBytes
  if (size === 0) return null
  const reserved = resource === 'cpu' ? host.reservedCpuMillis : host.reservedMemoryBytes
  const used = resource === 'cpu' ? host.used?.cpuMillis : host.used?.memoryBytes
  return (used ?? reserved) / size
}

/** The app with most instances on a host; by name among equals. */
export function mainApp(host: TopologyHost): string | null {
  let best: string | null = null
  let most = 0
  // Instances come sorted by app, so equal ones are next to each other and the first of equals wins.
  let run = 0
  host.instances.forEach((instance, index) => {
    run = host.instances[index - 1]?.app === instance.app ? run + 1 : 1
    if (run > most) [best, most] = [instance.app, run]
  })
  return best
}

export interface Painter {
  mode: ColourMode
  /** Everything a host can be in this mode, the worst or fullest first. */
  legend: readonly Paint[]
  host: (host: TopologyHost) => Paint
  instance: (instance: Instance) => Paint
}

/** How hosts and instances look in `mode`. `apps` are the apps by size: the first eight have a colour of their own. Pure. */
export function createPainter(mode: ColourMode, tokens: Tokens, apps: readonly string[]): Painter {
  const toned = (key: string, tone: keyof Tokens['tone']): Paint => ({ key, color: tokens.tone[tone], shape: TONE_SHAPE[tone] })
  const health = new Map((['bad', 'warning', 'busy', 'good'] as const).map((key) => [key, toned(key, key)]))
  const states = new Map<string, Paint>()
  const ofState = (instance: Instance): Paint => {
    const state = instanceState(instance)
    const known = states.get(state) ?? toned(state, toneOf('instance', state))
    states.set(state, known)
    return known
  }
  const keyed = (legend: readonly Paint[], keyOf: (host: TopologyHost) => string, instance: Painter['instance'] = ofState): Painter => {
    const paints = new Map(legend.map((paint) => [paint.key, paint]))
    const fallback = legend.at(-1) ?? toned(NO_APP, 'idle')
    return { mode, legend, instance, host: (host) => paints.get(keyOf(host)) ?? fallback }
  }
  if (mode === 'health') return keyed([...health.values()], hostHealth)
  if (mode === 'scheduling')
    return keyed(
      (['cordoned', 'draining', 'drained', 'open'] as const).map((key) => toned(key, SCHEDULING_TONE[key])),
      (host) => host.scheduling,
    )
  if (mode === 'cpu' || mode === 'memory') return keyed(loadLegend(tokens), (host) => loadKey(hostLoad(host, mode)))
  const coloured = apps
    .slice(0, APP_COLOURS)
    .map((key, index): Paint => ({ key, color: tokens.series[index] ?? tokens.accent, shape: 'disc' }))
  const rest: Paint[] = apps.length > APP_COLOURS ? [{ key: OTHER_APP, color: tokens.muted, shape: 'square' }] : []
  const legend = [...coloured, ...rest, toned(NO_APP, 'idle')]
  const appPaint = new Map(coloured.map((paint) => [paint.key, paint]))
  const ofApp = (app: string): string => (appPaint.has(app) ? app : OTHER_APP)
  return keyed(
    legend,
    (host) => {
      const app = mainApp(host)
      return app === null ? NO_APP : ofApp(app)
    },
    // The colour tells the app, the shape still tells the state.
    (instance) => ({ ...(appPaint.get(instance.app) ?? rest[0] ?? toned(NO_APP, 'idle')), shape: ofState(instance).shape }),
  )
}

function loadKey(load: number | null): string {
  return load === null ? 'unknown' : (LOADS.find(({ from }) => load >= from)?.key ?? 'low')
}

function loadLegend(tokens: Tokens): Paint[] {
  const colors = {
    full: tokens.tone.warning,
    high: tokens.accent,
    middle: mix(tokens.accent, tokens.surface, 0.7),
    low: mix(tokens.accent, tokens.surface, 0.42),
  }
  const loads = LOADS.map(({ key, shape }): Paint => ({ key, shape, color: colors[key] }))
  return [...loads, { key: 'unknown', color: tokens.tone.idle, shape: 'dash' }]
}

/** `share` of the one colour and the rest of the other; both written as #rrggbb. */
export function mix(color: string, ground: string, share: number): string {
  const channel = (text: string, at: number) => Number.parseInt(text.slice(at, at + 2), 16)
  const mixed = [1, 3, 5].map((at) => Math.round(channel(color, at) * share + channel(ground, at) * (1 - share)))
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`
}
