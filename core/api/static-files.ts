import { promises as fs } from 'node:fs'
import { extname, join, sep } from 'node:path'

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

/** The file of `dir` that `pathname` names, as an answer; null when there is none. Nothing outside `dir` is ever served. */
export async function serveFile(dir: string, pathname: string): Promise<Response | null> {
  const content = await readInside(dir, pathname)
  if (!content) return null
  const isForever = pathname.startsWith('/assets/') && HASHED.test(pathname)
  return new Response(content, {
    headers: {
      'content-type': TYPES[extname(pathname).toLowerCase()] ?? 'application/octet-stream',
      'content-length': String(content.byteLength),
      'cache-control': isForever ? 'public, max-age=31536000, immutable' : 'no-cache',
    },
  })
}

async function readInside(dir: string, pathname: string): Promise<Buffer<ArrayBuffer> | null> {
  try {
    const path = decodeURIComponent(pathname)
    if (/[\0\\]/.test(path) || path.split('/').some((part) => part.startsWith('.'))) return null
    const root = await fs.realpath(dir)
    const file = await fs.realpath(join(root, path))
    return file.startsWith(root + sep) ? await fs.readFile(file) : null
  } catch (cause) {
    const isNoFile =
      cause instanceof URIError || ['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'].includes((cause as NodeJS.ErrnoException).code ?? '')
    if (isNoFile) return null
    throw cause
  }
}
