import { existsSync, promises as fs } from 'node:fs'
import { join } from 'node:path'
import { safeStorage } from 'electron'

interface KeychainStore {
  load(): Promise<Buffer | null>
  save(key: Buffer): Promise<void>
}

/**
 * Keeps the key of a data folder in a file there, sealed by the system's keychain. Undefined where a plain key file has to do: the
 * folder has one already, or the system has no keychain that protects anything. After `ready`.
 */
export async function keychainStore(dataDir: string): Promise<KeychainStore | undefined> {
  const file = join(dataDir, 'secret.key.sealed')
  const isSealed = existsSync(file)
  if (!isSealed && existsSync(join(dataDir, 'secret.key'))) return undefined
  if (!(await hasKeychain())) {
    if (isSealed)
      throw new Error(`The key of ${dataDir} is sealed by the system's keychain, which is not available now. Unlock it and start again.`)
    return undefined
  }
  return {
    async load() {
      if (!isSealed) return null
      const { result } = await safeStorage.decryptStringAsync(await fs.readFile(file))
      return Buffer.from(result, 'base64')
    },
    async save(key) {
      const sealed = await safeStorage.encryptStringAsync(key.toString('base64'))
      const handle = await fs.open(file, 'wx', 0o600)
      try {
        await handle.writeFile(sealed)
        await handle.sync()
      } finally {
        await handle.close()
      }
    },
  }
}

async function hasKeychain(): Promise<boolean> {
  // Linux without a secret service: Chromium would "encrypt" with a password that is printed in its source.
  if (process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text') return false
  return safeStorage.isAsyncEncryptionAvailable()
}
