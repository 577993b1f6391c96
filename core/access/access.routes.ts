import { os, principalOf, type CallContext } from '../base/routing.ts'
import type { Access } from './access.ts'
import type { Origin, SignedIn } from './sign-in.ts'

/** Sets the cookie as strictly as browsers know: no script reads it, no other site sends it. Without a session, removes it. */
function setCookie(context: CallContext, signedIn: SignedIn | null): void {
  const { name, secure } = context.sessionCookie
  const end = signedIn ? `Expires=${new Date(signedIn.expiresAt).toUTCString()}` : 'Max-Age=0'
  const parts = [`${name}=${signedIn?.session ?? ''}`, 'Path=/', 'HttpOnly', 'SameSite=Strict', end, ...(secure ? ['Secure'] : [])]
  context.responseHeaders.append('set-cookie', parts.join('; '))
}

function originOf(context: CallContext): Origin {
  return { remote: context.remote, replaces: context.principal?.via === 'session' ? context.principal.tokenId : null }
}

export function accessRoutes({ access }: { access: Access }) {
  const { users, tokens, signIn } = access
  const enter = (context: CallContext, signedIn: SignedIn) => {
    setCookie(context, signedIn)
    return signedIn.user
  }
  return {
    signIn: os.access.signIn.handler(async ({ input, context }) => enter(context, await signIn.withPassword(input, originOf(context)))),
    signInWithCode: os.access.signInWithCode.handler(async ({ input, context }) =>
      enter(context, await signIn.withCode(input.code, originOf(context))),
    ),
    signOut: os.access.signOut.handler(async ({ context }) => {
      const principal = principalOf(context)
      if (principal.via === 'session' && principal.tokenId !== null) {
        await signIn.end(principal.tokenId)
        setCookie(context, null)
      }
      return {}
    }),
    me: os.access.me.handler(async ({ context }) => {
      const { user, role, scopes, via } = principalOf(context)
      return { name: user, role, scopes: [...scopes], via }
    }),
    listUsers: os.access.listUsers.handler(async () => ({ items: await users.list() })),
    addUser: os.access.addUser.handler(({ input, context }) => users.add(input, principalOf(context).actor)),
    updateUser: os.access.updateUser.handler(({ input, context }) => users.update(input.name, input, principalOf(context).actor)),
    removeUser: os.access.removeUser.handler(async ({ input, context }) => {
      await users.remove(input.name, principalOf(context).actor)
      return {}
    }),
    listTokens: os.access.listTokens.handler(async ({ context }) => ({ items: await tokens.list(principalOf(context)) })),
    createToken: os.access.createToken.handler(({ input, context }) => tokens.create(input, principalOf(context))),
    revokeToken: os.access.revokeToken.handler(async ({ input, context }) => {
      await tokens.revoke(input.id, principalOf(context))
      return {}
    }),
  }
}
