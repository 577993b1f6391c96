import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { serveFile } from './static-files.ts'

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Spacefort API</title>
<link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="page"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`

const START = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#page',
  deepLinking: true,
  docExpansion: 'none',
  filter: true,
  validatorUrl: null,
  tryItOutEnabled: false,
})
`

const ASSETS = new Set(['/swagger-ui.css', '/swagger-ui-bundle.js'])

/** Folder of the installed Swagger UI; null where only a bundle is installed, which has to say where its copy is. */
function installedDocsDir(): string | null {
  try {
    return dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
  } catch {
    return null
  }
}

/** The readable page of the API at /docs, from files that come along: it works without a network. */
export function docsPage(docsDir: string | null = installedDocsDir()): (pathname: string) => Promise<Response | null> {
  return async (pathname) => {
    const path = pathname.slice('/docs'.length)
    if (docsDir === null) return null
    if (path === '' || path === '/') return new Response(PAGE, { headers: { 'content-type': 'text/html; charset=utf-8' } })
    if (path === '/start.js') return new Response(START, { headers: { 'content-type': 'text/javascript; charset=utf-8' } })
    return ASSETS.has(path) ? serveFile(docsDir, path) : null
  }
}
