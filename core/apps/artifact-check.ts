import { posix } from 'node:path'
import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { extract, type Header } from 'tar-stream'

const MAX_ENTRIES = 200_000
const SET_ID_BITS = 0o6000

/**
 * Looks at every entry of a tar as it goes by. A good one holds files, folders and links that all stay inside of the folder it is
 * unpacked in, whatever program unpacks it, and nothing that is more than data.
 */
export class ArtifactCheck {
  readonly #input = new PassThrough()
  readonly #done: Promise<void>
  readonly #files = new Set<string>()
  readonly #links = new Set<string>()
  #entries = 0
  #fault: string | null = null

  constructor() {
    const tar = extract()
    tar.on('entry', (header, content, next) => {
      this.#entries += 1
      this.#fault ??= this.#look(header)
      content.on('end', next)
      content.resume()
    })
    this.#done = pipeline(this.#input, tar).catch((error: unknown) => {
      this.#fault ??= `it is no tar, or a damaged one: ${error instanceof Error ? error.message : String(error)}`
    })
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (this.#input.destroyed || this.#input.write(chunk)) return
    await Promise.race([new Promise((drained) => this.#input.once('drain', drained)), this.#done])
  }

  /** What is wrong with it and what to do; null for a good one. */
  async end(): Promise<string | null> {
    this.#input.end()
    await this.#done
    return this.#fault ?? (this.#entries === 0 ? 'it holds no files' : null)
  }

  #look({ name, type, mode, ...header }: Header): string | null {
    // Where there is none it is null, whatever the type says.
    const linkname = (header.linkname as string | null) ?? ''
    const path = inside(name)
    const shown = JSON.stringify(name.slice(0, 200))
    if (this.#entries > MAX_ENTRIES) return `it has more than ${MAX_ENTRIES} entries; pack them into fewer files`
    if (path === null) return `${shown} leads out of the folder; pack it with relative paths`
    if (this.#goesThroughLink(path)) return `${shown} goes through a link; pack the folder itself instead of the link`
    if (type === 'directory') return null
    if (type === 'symlink') return this.#lookAtSymlink(path, linkname)
    if (type === 'link') {
      const target = inside(linkname)
      if (target === null || !this.#files.has(target))
        return `${shown} is a hard link to something that is no file of this tar; pack the file itself`
    } else if (type !== 'file' && type !== 'contiguous-file')
      return `${shown} is neither a file, a folder nor a link (${type}); leave it out`
    if ((mode & SET_ID_BITS) !== 0) return `${shown} would run as its owner (set-user-ID or set-group-ID); take that bit away`
    this.#files.add(path)
    this.#links.delete(path)
    return null
  }

  #lookAtSymlink(path: string, target: string): string | null {
    this.#links.add(path)
    this.#files.delete(path)
    const leaves = target === '' || posix.isAbsolute(target) || inside(posix.join(posix.dirname(path), target)) === null
    return leaves
      ? `${JSON.stringify(path)} is a link out of the folder (to ${JSON.stringify(target.slice(0, 200))}); pack the file instead`
      : null
  }

  /** A link that an earlier entry made could send this one anywhere. */
  #goesThroughLink(path: string): boolean {
    if (this.#links.size === 0) return false
    const parts = path.split('/')
    return parts.some((_, index) => index > 0 && this.#links.has(parts.slice(0, index).join('/')))
  }
}

/** The path without "." and empty parts; null when it leads out of the folder it starts in. */
function inside(name: string): string | null {
  if (posix.isAbsolute(name) || name.includes('\0')) return null
  const path = posix.normalize(name).replace(/\/$/, '')
  return path === '..' || path.startsWith('../') ? null : path
}
