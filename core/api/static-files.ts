import { createReadStream, promises as fs } from 'node:fs'
import { extname, resolve, sep } from 'node:path'
import { Readable } from 'node:stream'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
}

/** A name that holds a hash of the content never changes its meaning. */
const HASHED = /-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/

/** The file of `dir` that `pathname` names, as an answer; null when there is none. Nothing outside `dir` is ever named. */
export async function serveFile(dir: string, pathname: string): Promise<Response | null> {
  const file = fileOf(dir, pathname)
  const stats = file === null ? null : await fs.stat(file).catch(() => null)
  if (file === null || !stats?.isFile()) return null
  const isForever = pathname.startsWith('/assets/') && HASHED.test(pathname)
  const body = stats.size === 0 ? null : (Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>)
  return new Response(body, {
    headers: {
      'content-type': TYPES[extname(file).toLowerCase()] ?? 'application/octet-stream',
      'content-length': String(stats.size),
      'cache-control': isForever ? 'public, max-age=31536000, immutable' : 'no-cache',
    },
  })
}

function fileOf(dir: string, pathname: string): string | null {
  let path: string
  try {
    path = decodeURIComponent(pathname)
  } catch {
    return null
  }
  if (/[\0\\]/.test(path) || path.split('/').some((part) => part.startsWith('.'))) return null
  const root = resolve(dir)
  const file = resolve(root, `.${path}`)
  return file.startsWith(root + sep) ? file : null
}
