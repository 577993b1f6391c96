import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { serve } from '../../core/api/index.ts'
import { createCore } from '../../core/core.ts'

/**
 * Serves a seeded data folder as it is: no host is connected and nothing is observed, so the screens can be measured without the
 * work that thousands of hosts would make beside them. Ends with SIGTERM.
 */
const { values } = parseArgs({ options: { data: { type: 'string', default: '.' }, renderer: { type: 'string', default: 'out/renderer' } } })
const core = await createCore({ dataDir: resolve(values.data), rendererDir: resolve(values.renderer) })
const server = await serve(
  { fetch: (request, { remote, closing }) => core.fetch(request, { remote, ...(closing ? { closing } : {}) }) },
  { port: 0 },
)
console.log(
  JSON.stringify({ url: server.url, token: await core.mintToken('measuring'), signInLink: `${server.url}${await core.signInPath()}` }),
)
process.once('SIGTERM', () => {
  void server
    .close()
    .then(() => core.stop())
    .then(() => process.exit(0))
})
