import { os, principalOf } from '../base/routing.ts'
import type { Instance, LogLine, Placement } from '../contract/index.ts'
import type { ExecSessions } from './exec-sessions.ts'
import type { LogOptions } from './logs.ts'

/** What the routes of instances ask of the apps' domain. */
export interface InstanceUseCases {
  list: (query: {
    app?: string | undefined
    host?: string | undefined
    status?: Instance['status'] | undefined
    ended: boolean
    q?: string | undefined
    sort?: string | undefined
    offset: number
    limit: number
  }) => Promise<{ items: Instance[]; total: number }>
  get: (id: string) => Promise<Instance & { placement: Placement | null }>
  stop: (id: string, actor: string) => Promise<Instance>
  logs: (id: string, options: LogOptions, signal: AbortSignal | undefined) => AsyncGenerator<LogLine>
}

export function instanceRoutes(instances: InstanceUseCases, exec: ExecSessions) {
  const api = os.instances
  return {
    list: api.list.handler(({ input }) => instances.list(input)),
    get: api.get.handler(({ input }) => instances.get(input.id)),
    logs: api.logs.handler(async ({ input: { id, ...options }, signal }) => {
      await instances.get(id)
      return instances.logs(id, options, signal)
    }),
    stop: api.stop.handler(({ input, context }) => instances.stop(input.id, principalOf(context).actor)),
    openExec: api.openExec.handler(({ input, context }) => exec.open(input, principalOf(context))),
    execOutput: api.execOutput.handler(async ({ input, context, signal }) => exec.output(input.session, principalOf(context), signal)),
    execInput: api.execInput.handler(({ input: { session, ...input }, context }) => {
      exec.input(session, input, principalOf(context))
      return {}
    }),
    closeExec: api.closeExec.handler(({ input, context }) => {
      exec.close(input.session, principalOf(context))
      return {}
    }),
  }
}
