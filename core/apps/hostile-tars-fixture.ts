import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { pack, type Header } from 'tar-stream'

export interface HostileTar {
  name: string
  bytes: Buffer
  /** "sha256:…" of the bytes. */
  digest: string
  /** Whether an artifact may be like this. */
  good: boolean
}

export function tarNamed(name: string, bytes: Buffer, good = false): HostileTar {
  return { name, bytes, good, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` }
}

type Entry = Partial<Header> & { name: string; content?: string }

async function tarOf(entries: readonly Entry[]): Promise<Buffer> {
  const tar = pack()
  const whole = buffer(tar)
  for (const { content = '', ...header } of entries) tar.entry({ mode: 0o644, mtime: new Date(0), ...header }, content)
  tar.finalize()
  return whole
}

const BAD: Record<string, Entry[]> = {
  parent: [{ name: '../outside', content: 'x' }],
  'parent-deep': [{ name: 'a/b/../../../outside', content: 'x' }],
  absolute: [{ name: '/tmp/spacefort-outside', content: 'x' }],
  'symlink-out': [{ name: 'link', type: 'symlink', linkname: '../../..' }],
  'symlink-absolute': [{ name: 'link', type: 'symlink', linkname: '/etc' }],
  'symlink-then-through': [
    { name: 'link', type: 'symlink', linkname: '..' },
    { name: 'link/outside', content: 'x' },
  ],
  'hard-link-out': [{ name: 'passwd', type: 'link', linkname: '/etc/passwd' }],
  'hard-link-parent': [{ name: 'passwd', type: 'link', linkname: '../../../etc/passwd' }],
  'character-device': [{ name: 'null', type: 'character-device', devmajor: 1, devminor: 3 }],
  'block-device': [{ name: 'disk', type: 'block-device', devmajor: 8, devminor: 0 }],
  'hard-link-through-link': [
    { name: 'd/', type: 'directory', mode: 0o755 },
    { name: 'd/l', type: 'symlink', linkname: '..' },
    { name: 'out', type: 'symlink', linkname: 'd/l/..' },
    { name: 'passwd', type: 'link', linkname: 'out/etc/passwd' },
  ],
  'link-chain-then-through': [
    { name: 'd/', type: 'directory', mode: 0o755 },
    { name: 'd/l', type: 'symlink', linkname: '..' },
    { name: 'out', type: 'symlink', linkname: 'd/l/..' },
    { name: 'out/outside', content: 'x' },
  ],
  fifo: [{ name: 'pipe', type: 'fifo' }],
  'set-user-id': [{ name: 'sh', content: 'x', mode: 0o4755 }],
}

/** The same tar without the target of its first link, which no program would write. */
function withoutTarget(tar: Buffer): Buffer {
  const copy = Buffer.from(tar)
  copy.fill(0, 157, 257)
  copy.fill(' ', 148, 156)
  const sum = copy.subarray(0, 512).reduce((total, byte) => total + byte, 0)
  copy.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return copy
}

/** Tars that an artifact must not be like, and some that it may be like. */
export async function hostileTars(): Promise<HostileTar[]> {
  const bad = await Promise.all(Object.entries(BAD).map(async ([name, entries]) => tarNamed(name, await tarOf(entries))))
  const plain = await tarOf([
    { name: 'bin/', type: 'directory', mode: 0o755 },
    { name: 'bin/run', content: '#!/bin/sh\nexec sleep 60\n', mode: 0o755 },
    { name: 'run', type: 'symlink', linkname: 'bin/run' },
    { name: 'run-too', type: 'link', linkname: 'bin/run' },
  ])
  return [
    ...bad,
    tarNamed('symlink-nowhere', withoutTarget(await tarOf(BAD['symlink-out'] ?? []))),
    tarNamed('hard-link-nowhere', withoutTarget(await tarOf(BAD['hard-link-out'] ?? []))),
    tarNamed('no-tar', Buffer.from('this is no tar, and too short to be one')),
    tarNamed('noise', Buffer.alloc(2048, 0xa5)),
    tarNamed('cut', plain.subarray(0, 700)),
    tarNamed('nothing', Buffer.alloc(0)),
    tarNamed('plain', plain, true),
  ]
}
