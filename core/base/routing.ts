import { implement } from '@orpc/server'
import { contract, type Role, type Scope } from '../contract/index.ts'
import { AppError } from './app-error.ts'

/** Who calls. `actor` is how the event log names them. */
export interface Principal {
  actor: string
  user: string
  role: Role
  scopes: readonly Scope[]
  via: 'session' | 'token' | 'desktop'
  /** Id of the session or token row, so that signing out can end it. */
  tokenId: string | null
}

export interface CallContext {
  /** Null only for operations that need no sign-in. */
  principal: Principal | null
  /** Headers that a use case adds to the answer, such as a cookie. */
  responseHeaders: Headers
  /** Address of the peer, for rate limits and the sign-in log. */
  remote: string
  /** How the session cookie is called and sent over this connection. */
  sessionCookie: { name: string; secure: boolean }
}

/** Where every `<noun>.routes.ts` starts: the contract, waiting for handlers. Access was checked before a handler runs. */
export const os = implement(contract).$context<CallContext>()

/** The caller of an operation that needs sign-in. */
export function principalOf(context: CallContext): Principal {
  if (!context.principal) throw new AppError('UNAUTHENTICATED', 'sign in first')
  return context.principal
}
