import type { Role, Scope } from '../../core/contract/index.ts'

/** Somebody who sends requests, and what they may. */
export interface Caller {
  name: string
  role: Role | null
  scopes: readonly Scope[]
  headers: Readonly<Record<string, string>>
  /** How the event log names them; null for those who are nobody. */
  actor: string | null
  /** Address on loopback that they call from. */
  from: string
  token: string | null
}

type Call = <T>(method: string, path: string, body?: unknown) => Promise<T>

const LANES = 12
const ALL: readonly Scope[] = ['read', 'apps', 'hosts', 'secrets', 'system']
const KINDS: { role: Role; scopes: readonly Scope[] }[] = [
  { role: 'administrator', scopes: ALL },
  { role: 'administrator', scopes: ALL },
  { role: 'administrator', scopes: ALL },
  { role: 'operator', scopes: ALL },
  { role: 'operator', scopes: ALL },
  { role: 'viewer', scopes: ALL },
  { role: 'administrator', scopes: ['read'] },
  { role: 'operator', scopes: ['apps'] },
]

/** Callers of every role and of none. There are many of each, because each has a rate of its own. */
export async function makeCallers(call: Call): Promise<Caller[]> {
  const callers: Caller[] = []
  let address = 2
  const next = () => `127.0.0.${address++}`
  for (const [index, { role, scopes }] of KINDS.entries())
    for (let lane = 0; lane < LANES; lane++) {
      const name = `lane-${index}-${lane}`
      const { value } = await call<{ value: string }>('POST', '/tokens', { name, role, scopes, expiresInDays: null })
      callers.push({
        name,
        role,
        scopes,
        headers: { authorization: `Bearer ${value}` },
        actor: `token:${name}`,
        from: next(),
        token: value,
      })
    }
  const nobody = { role: null, scopes: [], actor: null, token: null }
  for (let lane = 0; lane < LANES; lane++) callers.push({ ...nobody, name: `nobody-${lane}`, headers: {}, from: next() })
  for (let lane = 0; lane < LANES / 2; lane++)
    callers.push({ ...nobody, name: `stranger-${lane}`, headers: { authorization: 'Bearer sf_never-issued' }, from: next() })
  return callers
}

export function mayCall(caller: Caller, role: Role | null, scope: Scope): boolean {
  if (role === null) return true
  const order: Role[] = ['viewer', 'operator', 'administrator']
  return caller.role !== null && order.indexOf(caller.role) >= order.indexOf(role) && caller.scopes.includes(scope)
}
