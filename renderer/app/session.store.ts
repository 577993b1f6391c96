import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Role } from '../../core/contract/index.ts'
import { isSignedOut, toProblem, type ProblemView } from '../shared/feedback/problem.ts'
import { client, onUnauthenticated } from './client.ts'

type Me = Awaited<ReturnType<typeof client.access.me>>

const RANK: Record<Role, number> = { viewer: 0, operator: 1, administrator: 2 }

/** Whether `role` includes what `needed` may do. */
export function includesRole(role: Role | undefined, needed: Role): boolean {
  return role !== undefined && RANK[role] >= RANK[needed]
}

/** Who is signed in, and what that person may do. */
export const useSessionStore = defineStore('session', () => {
  const me = shallowRef<Me | null>(null)
  const problem = shallowRef<ProblemView | null>(null)
  const role = computed(() => me.value?.role)
  /** Somebody was signed in and no longer is; the page stays as it is until they are again. */
  const expired = ref(false)
  onUnauthenticated(() => {
    if (me.value) expired.value = true
  })

  /** Asks the server who is signed in. When it does not answer, `problem` says so and `me` stays what it was. */
  async function load(): Promise<'signed-in' | 'nobody' | 'unknown'> {
    try {
      me.value = await client.access.me()
      problem.value = null
      expired.value = false
      return 'signed-in'
    } catch (error) {
      problem.value = isSignedOut(error) ? null : toProblem(error)
      if (problem.value) return 'unknown'
      if (!expired.value) me.value = null
      return 'nobody'
    }
  }
  async function signIn(name: string, password: string): Promise<void> {
    await client.access.signIn({ name, password })
    await load()
  }
  async function signInWithCode(code: string): Promise<void> {
    await client.access.signInWithCode({ code })
    await load()
  }
  async function signOut(): Promise<void> {
    await client.access.signOut()
    forget()
  }
  function forget(): void {
    me.value = null
    expired.value = false
  }
  function can(needed: Role): boolean {
    return includesRole(role.value, needed)
  }

  return { me, role, problem, expired, load, signIn, signInWithCode, signOut, forget, can }
})
