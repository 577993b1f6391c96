export const TONES = ['good', 'busy', 'warning', 'bad', 'idle'] as const
/** What a colour says; every tone also has a shape of its own, so that nothing is said by colour alone. */
export type Tone = (typeof TONES)[number]

export interface Tokens {
  page: string
  surface: string
  raised: string
  hover: string
  border: string
  /** Ground of fields to type in. */
  field: string
  text: string
  muted: string
  accent: string
  accentHover: string
  accentPressed: string
  onAccent: string
  tone: Record<Tone, string>
  /** Lines of charts and instances of logs, told apart by lightness as well as by hue. */
  series: readonly string[]
}

export type ThemeName = 'dark' | 'light'

export const TOKENS: Record<ThemeName, Tokens> = {
  dark: {
    page: '#0d1216',
    surface: '#131a20',
    raised: '#1a232b',
    hover: '#202b34',
    border: '#2b3843',
    field: '#0d1216',
    text: '#e7edf2',
    muted: '#9fb0bd',
    accent: '#4cc3b3',
    accentHover: '#6fd6c8',
    accentPressed: '#37a596',
    onAccent: '#06231f',
    tone: { good: '#56c788', busy: '#62b0f4', warning: '#e5b04a', bad: '#ff8078', idle: '#94a4b2' },
    series: ['#4cc3b3', '#e5b04a', '#7fb4f5', '#f29bb7', '#b7d968', '#c3a3f2', '#f0915f', '#8fd5ee'],
  },
  light: {
    page: '#f3f6f8',
    surface: '#ffffff',
    raised: '#f7fafb',
    hover: '#eaf0f3',
    border: '#d3dde4',
    field: '#ffffff',
    text: '#13212c',
    muted: '#506372',
    accent: '#0b7467',
    accentHover: '#0d7f71',
    accentPressed: '#085b51',
    onAccent: '#ffffff',
    tone: { good: '#1b7a45', busy: '#1d68b3', warning: '#8f5c00', bad: '#c0302a', idle: '#5a6b78' },
    series: ['#0b7467', '#a86400', '#2c6fbb', '#b4376d', '#567d00', '#7647b8', '#b84a13', '#127c9e'],
  },
}

/** The tokens as CSS custom properties, which is how components use them. */
export function cssVariables(tokens: Tokens): Record<string, string> {
  const { tone, series, ...plain } = tokens
  const dashed = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return Object.fromEntries([
    ...Object.entries(plain).map(([name, value]) => [`--${dashed(name)}`, value]),
    ...Object.entries(tone).map(([name, value]) => [`--tone-${name}`, value]),
    ...series.map((value, index) => [`--series-${index}`, value]),
  ]) as Record<string, string>
}
