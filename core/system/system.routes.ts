import type { z } from 'zod'
import { os } from '../base/routing.ts'
import type { Check, Overview } from '../contract/index.ts'

export interface SystemViews {
  overview(): Promise<z.output<typeof Overview>>
  doctor(): Promise<{ ok: boolean; checks: z.output<typeof Check>[] }>
  sampleApp(): Promise<{ yaml: string }>
}

export function systemRoutes(views: SystemViews) {
  const api = os.system
  return {
    overview: api.overview.handler(() => views.overview()),
    doctor: api.doctor.handler(() => views.doctor()),
    sampleApp: api.sampleApp.handler(() => views.sampleApp()),
  }
}
