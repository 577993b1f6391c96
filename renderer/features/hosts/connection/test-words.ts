import type { TestStep } from '../../../../core/contract/index.ts'
import type { Format } from '../../../shared/format/format.ts'

interface Words {
  t: (key: string, params: Record<string, string | number>) => string
  te: (key: string) => boolean
  format: Pick<Format, 'bytes' | 'cpu'>
}

function shown(key: string, value: string | number, format: Words['format']): string | number {
  if (typeof value === 'string') return value
  if (key.endsWith('Bytes')) return value > 0 ? format.bytes(value) : '–'
  return key === 'cpuMillis' ? format.cpu(value) : value
}

/** A step of a connection test in the person's language; a code that has no words yet says it in English. */
export function testWords(step: TestStep, { t, te, format }: Words): { detail: string; hint: string } {
  const params = Object.fromEntries(Object.entries(step.params).map(([key, value]) => [key, shown(key, value, format)]))
  const say = (part: 'detail' | 'hint', otherwise: string) => {
    const key = `hosts.said.${step.code}.${part}`
    return te(key) ? t(key, params) : otherwise
  }
  return { detail: say('detail', step.detail), hint: say('hint', step.hint ?? '') }
}
