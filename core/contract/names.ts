import { z } from 'zod'

/** Name of an app, host, secret or user: a DNS label, so it is safe in URLs, labels, file names and metrics. */
export const Name = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'use 1 to 63 lower-case letters, digits and hyphens; start and end with a letter or digit')
  .describe('Lower-case letters, digits and hyphens, 1 to 63 characters')

export const Labels = z
  .record(
    z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$/, 'a label key is 1 to 63 letters, digits, dots, underscores, slashes or hyphens'),
    z.string().max(255),
  )
  .describe('Free key/value pairs that constraints and filters can use')

/** Milliseconds since the epoch, UTC. */
export const Instant = z.int().nonnegative().describe('Milliseconds since 1970-01-01T00:00:00Z')

export const Seq = z.int().nonnegative().describe('Position in the event log')

/** Yes or no, also as a query writes it: "true" or "false". */
export const Flag = z.preprocess((value) => (value === 'true' ? true : value === 'false' ? false : value), z.boolean())

/** Query of every list: what to look for, in which order, and which slice. */
export const ListQuery = z.object({
  q: z.string().max(200).optional().describe('Text that the name, an address, a label or a place must contain'),
  sort: z
    .string()
    .regex(/^-?[A-Za-z.]+$/, 'sort by a field name, with a leading "-" for descending')
    .optional(),
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
})
export type ListQuery = z.output<typeof ListQuery>

/** One slice of a list; `total` counts what matches, not what is returned. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), total: z.int().nonnegative() })
}
