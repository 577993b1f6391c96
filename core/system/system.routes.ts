import type { z } from 'zod'
import { os } from '../base/routing.ts'
import type { Attention, Check, Overview, Topology } from '../contract/index.ts'
import type { AttentionQuery } from './attention.ts'

export interface SystemViews {
  overview(): Promise<z.output<typeof Overview>>
  attention(query: AttentionQuery): Promise<Attention>
  /** All hosts, or those with these names. */
  topology(names?: readonly string[]): Promise<Topology>
  doctor(): Promise<{ ok: boolean; checks: z.output<typeof Check>[] }>
  sampleApp(): Promise<{ yaml: string }>
}

export function systemRoutes(views: SystemViews) {
  const api = os.system
  return {
    overview: api.overview.handler(() => views.overview()),
    attention: api.attention.handler(({ input }) => views.attention(input)),
    topology: api.topology.handler(({ input }) => views.topology(input.hosts?.split(','))),
    doctor: api.doctor.handler(() => views.doctor()),
    sampleApp: api.sampleApp.handler(() => views.sampleApp()),
  }
}
