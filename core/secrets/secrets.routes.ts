import { os, principalOf } from '../base/routing.ts'
import type { Secrets } from './secrets.ts'

export function secretRoutes(secrets: Secrets) {
  const api = os.secrets
  return {
    list: api.list.handler(() => secrets.list()),
    set: api.set.handler(({ input, context }) => secrets.set(input.name, input.value, principalOf(context).actor)),
    remove: api.remove.handler(async ({ input, context }) => {
      await secrets.remove(input.name, principalOf(context).actor)
      return {}
    }),
  }
}
