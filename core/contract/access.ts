import { z } from 'zod'
import { Instant, Name } from './names.ts'
import { operation, read, Role, Scope } from './operation.ts'

const Password = z.string().min(12, 'use at least 12 characters').max(128, 'use at most 128 characters')

export const User = z.object({ name: Name, role: Role, createdAt: Instant, lastSeenAt: Instant.nullable() })
export type User = z.output<typeof User>

export const Token = z.object({
  id: z.string(),
  name: Name,
  user: Name,
  role: Role,
  scopes: z.array(Scope),
  createdAt: Instant,
  expiresAt: Instant.nullable(),
  lastUsedAt: Instant.nullable(),
})
export type Token = z.output<typeof Token>

const open = { role: null, scope: 'read' } as const
const administer = { role: 'administrator', scope: 'system' } as const
const own = { role: 'viewer', scope: 'system' } as const

export const access = {
  signIn: operation(open)
    .route({ method: 'POST', path: '/session', summary: 'Sign in with name and password; sets a cookie', tags: ['Access'] })
    .input(z.strictObject({ name: Name, password: z.string().max(200) }))
    .output(User),
  signInWithCode: operation(open)
    .route({ method: 'POST', path: '/session/code', summary: 'Sign in with the one-time code of a sign-in link', tags: ['Access'] })
    .input(z.strictObject({ code: z.string().max(200) }))
    .output(User),
  signOut: operation({ role: 'viewer', scope: 'read' })
    .route({ method: 'DELETE', path: '/session', summary: 'Sign out', tags: ['Access'] })
    .output(z.object({})),
  me: read()
    .route({ method: 'GET', path: '/session', summary: 'Who is signed in', tags: ['Access'] })
    .output(User.pick({ name: true, role: true }).extend({ scopes: z.array(Scope), via: z.enum(['session', 'token', 'desktop']) })),
  listUsers: operation(administer)
    .route({ method: 'GET', path: '/users', summary: 'List users', tags: ['Access'] })
    .output(z.object({ items: z.array(User) })),
  addUser: operation(administer, 'ALREADY_EXISTS')
    .route({ method: 'POST', path: '/users', successStatus: 201, summary: 'Add a user', tags: ['Access'] })
    .input(z.strictObject({ name: Name, role: Role, password: Password }))
    .output(User),
  updateUser: operation(administer, 'NOT_FOUND', 'CONFLICT')
    .route({ method: 'PATCH', path: '/users/{name}', summary: 'Change a role or a password', tags: ['Access'] })
    .input(z.strictObject({ name: Name, role: Role.optional(), password: Password.optional() }))
    .output(User),
  removeUser: operation(administer, 'NOT_FOUND', 'CONFLICT')
    .route({ method: 'DELETE', path: '/users/{name}', summary: 'Remove a user with all sessions and tokens', tags: ['Access'] })
    .input(z.object({ name: Name }))
    .output(z.object({})),
  listTokens: operation(own)
    .route({ method: 'GET', path: '/tokens', summary: 'List your tokens; administrators see all', tags: ['Access'] })
    .output(z.object({ items: z.array(Token) })),
  createToken: operation(own, 'ALREADY_EXISTS')
    .route({ method: 'POST', path: '/tokens', successStatus: 201, summary: 'Create a token; its value is shown once', tags: ['Access'] })
    .input(
      z.strictObject({
        name: Name,
        role: Role.describe('At most your own role'),
        scopes: z.array(Scope).min(1).default(['read', 'apps', 'hosts', 'secrets', 'system']),
        expiresInDays: z.int().min(1).max(3650).nullable().default(365),
      }),
    )
    .output(Token.extend({ value: z.string() })),
  revokeToken: operation(own, 'NOT_FOUND')
    .route({ method: 'DELETE', path: '/tokens/{id}', summary: 'Revoke a token', tags: ['Access'] })
    .input(z.object({ id: z.string().max(64) }))
    .output(z.object({})),
}
