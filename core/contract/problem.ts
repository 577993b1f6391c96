import { z } from 'zod'
import { ErrorDetails } from './errors.ts'

/** Body of every error answer: RFC 9457 problem details with our code and details as extension members. */
export const Problem = ErrorDetails.extend({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
})
export type Problem = z.output<typeof Problem>
