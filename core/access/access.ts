import { systemClock, type Clock } from '../base/clock.ts'
import { silentLogger, type Logger } from '../base/logger.ts'
import type { Principal } from '../base/routing.ts'
import type { Store } from '../store/index.ts'
import { ALL_SCOPES, Credentials } from './credentials.ts'
import { SignIn } from './sign-in.ts'
import { Tokens } from './tokens.ts'
import { Users } from './users.ts'

/** What a request shows to say who sends it. */
export interface Shown {
  kind: 'session' | 'token'
  value: string
}

/** Users, their tokens and sessions, and who a request comes from. */
export class Access {
  readonly users: Users
  readonly tokens: Tokens
  readonly signIn: SignIn
  readonly #credentials: Credentials

  constructor(options: { store: Store; clock?: Clock; logger?: Logger }) {
    const { store, clock = systemClock, logger = silentLogger } = options
    this.#credentials = new Credentials({ store, clock, logger })
    const parts = { store, clock, credentials: this.#credentials }
    this.users = new Users(parts)
    this.tokens = new Tokens(parts)
    this.signIn = new SignIn(parts)
  }

  /** Null when the credential is unknown, ended or expired. */
  authenticate(shown: Shown): Promise<Principal | null> {
    return this.#credentials.authenticate(shown.kind, shown.value)
  }
}

/** Who acts in the desktop window: whoever can start the program owns its data folder, so an administrator. */
export function desktopPrincipal(user: string): Principal {
  return { actor: 'desktop', user, role: 'administrator', scopes: ALL_SCOPES, via: 'desktop', tokenId: null }
}
