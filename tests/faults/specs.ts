import type { AppSpecInput } from '../../core/contract/index.ts'

export const FOREVER = "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done"

export interface Small extends Partial<AppSpecInput> {
  instances: number
  /** Containers on the engines, or plain processes on the SSH hosts. @default 'docker' */
  on?: 'docker' | 'process'
}

/** The smallest app that serves the purpose: it ends at once when it is asked to, and changes need not wait for it. */
export function smallApp(name: string, { on = 'docker', ...rest }: Small): AppSpecInput {
  return {
    name,
    ...(on === 'docker' ? { image: 'busybox:lab' } : {}),
    command: ['sh', '-c', FOREVER],
    resources: { cpu: '20m', memory: '16Mi' },
    stop: { grace: '5s' },
    update: { minHealthy: 0 },
    ...rest,
  }
}
