import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { constants, promises as fs } from 'node:fs'
import { AppError } from '../base/app-error.ts'

/** Where the key that seals secrets is kept: the desktop's keychain, or a file. */
export interface KeyStore {
  /** The key, or null when there is none yet. */
  load(): Promise<Buffer | null>
  /** Keeps a new key; must be durable when it resolves. */
  save(key: Buffer): Promise<void>
}

/** Keeps the key in a file that only its owner can read. Refuses a file that others could read. */
export function fileKeyStore(file: string): KeyStore {
  return {
    async load() {
      try {
        const { mode } = await fs.stat(file)
        if (process.platform !== 'win32' && (mode & 0o077) !== 0)
          throw new AppError('STORE_UNAVAILABLE', `the key file ${file} can be read by others`, {
            details: { hint: `Run: chmod 600 ${file}` },
          })
        return Buffer.from((await fs.readFile(file, 'utf8')).trim(), 'base64')
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null
        throw cause
      }
    },
    async save(key) {
      const handle = await fs.open(file, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600)
      try {
        await handle.writeFile(`${key.toString('base64')}\n`)
        await handle.sync()
      } finally {
        await handle.close()
      }
    },
  }
}

const VERSION = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Seals values with AES-256-GCM. `place` (as in "secret:db") is authenticated, so a sealed value cannot be moved elsewhere. */
export class Vault {
  readonly #key: Buffer

  constructor(key: Buffer) {
    if (key.length !== 32) throw new AppError('STORE_UNAVAILABLE', 'the key that protects secrets is damaged: it is not 32 bytes long')
    this.#key = key
  }

  /** Opens the vault of a key store, making a key the first time. */
  static async open(keys: KeyStore): Promise<Vault> {
    const known = await keys.load()
    if (known) return new Vault(known)
    const key = randomBytes(32)
    await keys.save(key)
    return new Vault(key)
  }

  seal(place: string, text: string): Uint8Array {
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(Buffer.from(place))
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return Buffer.concat([Buffer.from([VERSION]), nonce, cipher.getAuthTag(), body])
  }

  open(place: string, sealed: Uint8Array): string {
    try {
      const bytes = Buffer.from(sealed)
      if (bytes[0] !== VERSION) throw new Error('unknown form')
      const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(1, 1 + NONCE_BYTES)).setAAD(Buffer.from(place))
      decipher.setAuthTag(bytes.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES))
      return decipher.update(bytes.subarray(1 + NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
    } catch (cause) {
      throw new AppError('STORE_UNAVAILABLE', `the sealed value of ${place} cannot be opened with this installation's key`, {
        cause,
        details: { hint: 'Restore the key file that belongs to this data folder.' },
      })
    }
  }
}
