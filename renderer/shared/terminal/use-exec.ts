import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { client } from '../../app/client.ts'
import { toProblem, type ProblemView } from '../feedback/problem.ts'
import { InputQueue } from './input-queue.ts'

export interface ExecTarget {
  instance: string
  command: readonly string[]
}

export interface Exec {
  state: Ref<'opening' | 'open' | 'ended' | 'lost'>
  exitCode: Ref<number | null>
  problem: ShallowRef<ProblemView | null>
  open: (size: { columns: number; rows: number }) => Promise<void>
  type: (data: Uint8Array) => void
  resize: (columns: number, rows: number) => void
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}

function toBase64(data: Uint8Array): string {
  let text = ''
  // In parts, because a function takes only so many arguments.
  for (let at = 0; at < data.length; at += 8192) text += String.fromCharCode(...data.subarray(at, at + 8192))
  return btoa(text)
}

/** A command inside an instance, with a terminal; ended when the component leaves. `received` gets what it prints. */
export function useExec(target: ExecTarget, received: (data: Uint8Array) => void): Exec {
  const state = ref<'opening' | 'open' | 'ended' | 'lost'>('opening')
  const exitCode = ref<number | null>(null)
  const problem: ShallowRef<ProblemView | null> = shallowRef(null)
  let current: { session: string; queue: InputQueue; abort: AbortController } | undefined

  function lost(error: unknown): void {
    current?.queue.end()
    current = undefined
    problem.value = toProblem(error)
    state.value = 'lost'
  }

  async function read(session: string, signal: AbortSignal): Promise<void> {
    for await (const event of await client.instances.execOutput({ session }, { signal })) {
      if (event.kind === 'output') received(fromBase64(event.data))
      else {
        exitCode.value = event.exitCode
        state.value = 'ended'
        current?.queue.end()
        current = undefined
        return
      }
    }
    if (!signal.aborted) lost(new TypeError('the stream ended'))
  }

  async function open(size: { columns: number; rows: number }): Promise<void> {
    state.value = 'opening'
    problem.value = null
    exitCode.value = null
    const abort = new AbortController()
    try {
      const { session } = await client.instances.openExec({ id: target.instance, command: [...target.command], tty: true, ...size })
      const send = new InputQueue(({ data, ...rest }) => {
        const input = { session, ...rest, ...(data ? { data: toBase64(data) } : {}) }
        return client.instances.execInput(input)
      }, lost)
      if (disposed) {
        void client.instances.closeExec({ session }).catch(() => undefined)
        return
      }
      current = { session, queue: send, abort }
      state.value = 'open'
      await read(session, abort.signal)
    } catch (error) {
      if (!abort.signal.aborted) lost(error)
    }
  }

  let disposed = false
  onScopeDispose(() => {
    disposed = true
    if (!current) return
    const { session, queue, abort } = current
    queue.end()
    abort.abort()
    // The session ends with its reader anyway; this only makes it sooner.
    void client.instances.closeExec({ session }).catch(() => undefined)
  })

  return {
    state,
    exitCode,
    problem,
    open,
    type: (data) => current?.queue.type(data),
    resize: (columns, rows) => current?.queue.resize(columns, rows),
  }
}
