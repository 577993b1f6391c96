import { styleText } from 'node:util'
import type { Terminal } from './terminal.ts'

export type Colour = 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan' | 'gray' | 'bold'
export type Paint = (colour: Colour, text: string) => string

export function painter(enabled: boolean): Paint {
  return (colour, text) => (enabled ? styleText(colour, text, { validateStream: false }) : text)
}

/** Colour only where somebody sees it; NO_COLOR and TERM=dumb switch it off, FORCE_COLOR on. */
export function usesColour({ stdout, env }: Terminal): boolean {
  if (env.NO_COLOR || env.TERM === 'dumb') return false
  return env.FORCE_COLOR ? env.FORCE_COLOR !== '0' : stdout.isTTY === true
}
