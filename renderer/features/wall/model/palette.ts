import type { ThemeName, Tone } from '../../../app/theme/tokens.ts'

interface WallPalette {
  page: string
  surface: string
  raised: string
  border: string
  text: string
  muted: string
  accent: string
  tone: Record<Tone, string>
}

/** Stronger than at the desk: everything reads at 7:1 (WCAG AAA) on every ground of the wall. */
export const WALL_PALETTE: Record<ThemeName, WallPalette> = {
  dark: {
    page: '#05080a',
    surface: '#0d1317',
    raised: '#182128',
    border: '#33424e',
    text: '#f2f6f9',
    muted: '#b4c3cf',
    accent: '#55d0bf',
    tone: { good: '#63d594', busy: '#83c3fb', warning: '#f3c162', bad: '#ff938c', idle: '#b0bfcb' },
  },
  light: {
    page: '#e9eef2',
    surface: '#ffffff',
    raised: '#f1f5f7',
    border: '#b9c6cf',
    text: '#0a151d',
    muted: '#3a4a56',
    accent: '#064f46',
    tone: { good: '#0b5229', busy: '#0f4681', warning: '#633f00', bad: '#8d1712', idle: '#3d4c57' },
  },
}

export function wallVariables(theme: ThemeName): Record<string, string> {
  const { tone, ...plain } = WALL_PALETTE[theme]
  return Object.fromEntries([
    ...Object.entries(plain).map(([name, value]) => [`--${name}`, value]),
    ...Object.entries(tone).map(([name, value]) => [`--tone-${name}`, value]),
  ]) as Record<string, string>
}
