import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fileKeyStore, Vault } from './vault.ts'

const vault = new Vault(Buffer.alloc(32, 1))

describe('the vault', () => {
  it('opens what it sealed, for any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => vault.open('a', vault.seal('a', text)) === text))
  })

  it('seals the same text differently each time', () => {
    expect(Buffer.from(vault.seal('a', 'x')).equals(Buffer.from(vault.seal('a', 'x')))).toBe(false)
  })

  it('refuses a value from another place, a changed one, and another key', () => {
    const sealed = vault.seal('secret:a', 'x')
    expect(() => vault.open('secret:b', sealed)).toThrow('cannot be opened')
    const changed = Buffer.from(sealed)
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
    expect(() => vault.open('secret:a', changed)).toThrow('cannot be opened')
    expect(() => new Vault(Buffer.alloc(32, 2)).open('secret:a', sealed)).toThrow('cannot be opened')
  })

  it('keeps its key in a file only the owner can read, and refuses one that others can', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'spacefort-vault-'))
    try {
      const file = join(dir, 'secret.key')
      const first = await Vault.open(fileKeyStore(file))
      expect(statSync(file).mode & 0o777).toBe(0o600)
      const second = await Vault.open(fileKeyStore(file))
      expect(second.open('a', first.seal('a', 'x'))).toBe('x')
      chmodSync(file, 0o644)
      await expect(Vault.open(fileKeyStore(file))).rejects.toThrow('can be read by others')
    } finally {
      rmSync(dir, { recursive: true })
    }
  })
})
