import { z } from 'zod'
import { Instant, Name } from './names.ts'
import { operation } from './operation.ts'

const operate = { role: 'operator', scope: 'secrets' } as const

export const Secret = z.object({ name: Name, version: z.int(), updatedAt: Instant, updatedBy: z.string(), usedBy: z.array(Name) })
export type Secret = z.output<typeof Secret>

export const secrets = {
  list: operation(operate)
    .route({ method: 'GET', path: '/secrets', summary: 'List secrets; values cannot be read back', tags: ['Secrets'] })
    .output(z.object({ items: z.array(Secret) })),
  set: operation(operate)
    .route({
      method: 'PUT',
      path: '/secrets/{name}',
      summary: 'Set a secret; instances get the new value when they start',
      tags: ['Secrets'],
    })
    .input(z.strictObject({ name: Name, value: z.string().min(1).max(65_536) }))
    .output(Secret),
  remove: operation(operate, 'NOT_FOUND', 'CONFLICT')
    .route({ method: 'DELETE', path: '/secrets/{name}', summary: 'Remove a secret that no app uses', tags: ['Secrets'] })
    .input(z.object({ name: Name }))
    .output(z.object({})),
}
