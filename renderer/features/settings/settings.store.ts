import { defineStore } from 'pinia'
import type { Role, Scope } from '../../../core/contract/index.ts'
import { client } from '../../app/client.ts'

/** Users, tokens and secrets of this installation. */
export const useSettingsStore = defineStore('settings', () => ({
  listUsers: (signal: AbortSignal) => client.access.listUsers(undefined, { signal }).then((answer) => answer.items),
  addUser: (user: { name: string; role: Role; password: string }) => client.access.addUser(user),
  updateUser: (user: { name: string; role?: Role; password?: string }) => client.access.updateUser(user),
  removeUser: (name: string) => client.access.removeUser({ name }),
  listTokens: (signal: AbortSignal) => client.access.listTokens(undefined, { signal }).then((answer) => answer.items),
  createToken: (token: { name: string; role: Role; scopes: Scope[]; expiresInDays: number | null }) => client.access.createToken(token),
  revokeToken: (id: string) => client.access.revokeToken({ id }),
  listSecrets: (signal: AbortSignal) => client.secrets.list(undefined, { signal }).then((answer) => answer.items),
  setSecret: (name: string, value: string) => client.secrets.set({ name, value }),
  removeSecret: (name: string) => client.secrets.remove({ name }),
}))
