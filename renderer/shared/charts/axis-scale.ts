const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500] as const
const LINES = 4

/** Round steps for an axis from zero: powers of 1024 for bytes, of 1000 for all else. */
export function axisScale(most: number, unit: string): { step: number; max: number } {
  const base = unit.startsWith('bytes') ? 1024 : 1000
  if (most <= 0) return { step: 1, max: 1 }
  const power = base ** Math.floor(Math.log(most) / Math.log(base))
  const step = power * (STEPS.find((one) => one * power * LINES >= most) ?? base)
  return { step, max: Math.ceil((most * 1.02) / step) * step }
}
