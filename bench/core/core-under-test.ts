// A core as `spacefort serve` runs it, for many callers, save that measuring instances can be left out.
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { serve } from '../../core/api/index.ts'
import { createCore } from '../../core/core.ts'

/** Each may read a hundred times a second. */
const CALLERS = 60

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '.' },
    port: { type: 'string' },
    json: { type: 'boolean' },
    'no-metrics': { type: 'boolean', default: false },
  },
})
const core = await createCore({ dataDir: resolve(values.data), measures: !values['no-metrics'] })
const server = await serve(
  { fetch: (request, { remote, closing }) => core.fetch(request, { remote, ...(closing ? { closing } : {}) }) },
  { port: Number(values.port ?? 0) },
)
await core.start()
const tokens: string[] = []
while (tokens.length < CALLERS) tokens.push(await core.mintToken(`caller-${tokens.length}`))
console.log(JSON.stringify({ url: server.url, token: tokens[0], tokens }))
process.once('SIGTERM', () => {
  void server
    .close()
    .then(() => core.stop())
    .then(() => process.exit(0))
})
