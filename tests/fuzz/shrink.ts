import type { WireRequest } from './send.ts'

const MAX_TRIES = 60

/** A smaller request for which `stillFails` holds: parts of the query and of a JSON body are left out as long as it does. */
export async function shrink(request: WireRequest, stillFails: (smaller: WireRequest) => Promise<boolean>): Promise<WireRequest> {
  let best = request
  let tries = 0
  for (let better = true; better && tries < MAX_TRIES;) {
    better = false
    for (const smaller of smallerOnes(best)) {
      if (++tries > MAX_TRIES) break
      if (!(await stillFails(smaller))) continue
      best = smaller
      better = true
      break
    }
  }
  return best
}

function* smallerOnes(request: WireRequest): Generator<WireRequest> {
  const [path = '', search] = request.target.split('?')
  if (search !== undefined) {
    yield { ...request, target: path }
    const parts = search.split('&')
    if (parts.length < 20)
      for (const part of parts) yield { ...request, target: `${path}?${parts.filter((one) => one !== part).join('&')}` }
  }
  if (typeof request.body !== 'string' || request.body.length > 200_000) return
  let value: unknown
  try {
    value = JSON.parse(request.body)
  } catch {
    return
  }
  for (const smaller of smallerValues(value)) yield { ...request, body: JSON.stringify(smaller) }
}

function* smallerValues(value: unknown): Generator {
  if (Array.isArray(value)) {
    for (const index of value.keys()) if (value.length < 50) yield value.toSpliced(index, 1)
    for (const [index, item] of value.entries())
      if (value.length < 50) for (const smaller of smallerValues(item)) yield value.with(index, smaller)
  } else if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
    if (entries.length > 50) return
    for (const [left] of entries) yield Object.fromEntries(entries.filter(([key]) => key !== left))
    for (const [key, item] of entries) for (const smaller of smallerValues(item)) yield { ...value, [key]: smaller }
  }
}
