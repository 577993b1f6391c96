import type { AppSpec, SpecChange } from '../../../../core/contract/index.ts'

type Leaves = Map<string, unknown>

function flatten(value: unknown, path: string, into: Leaves): void {
  if (typeof value !== 'object' || value === null) {
    into.set(path, value)
    return
  }
  for (const [key, inner] of Object.entries(value)) {
    const next = Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`
    flatten(inner, next, into)
  }
}

function leavesOf(spec: AppSpec): Leaves {
  const leaves: Leaves = new Map()
  flatten(spec, '', leaves)
  return leaves
}

/** Every field in which two specifications differ, by path. */
export function specChanges(from: AppSpec, to: AppSpec): SpecChange[] {
  const before = leavesOf(from)
  const after = leavesOf(to)
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort()
  return paths.flatMap((path): SpecChange[] => {
    if (!after.has(path)) return [{ path, kind: 'removed', from: before.get(path) }]
    if (!before.has(path)) return [{ path, kind: 'added', to: after.get(path) }]
    return before.get(path) === after.get(path) ? [] : [{ path, kind: 'changed', from: before.get(path), to: after.get(path) }]
  })
}
