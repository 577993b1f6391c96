import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto'

/**
 * OWASP's scrypt setting for 32 MiB: the same cost to an attacker as N = 2^17 with p = 1, at a quarter of the memory, so that
 * a few sign-ins at once stay within what the core may use.
 */
const COST = { N: 2 ** 15, r: 8, p: 3 } as const
const SALT_BYTES = 16
const HASH_BYTES = 32

const derive = (password: string, salt: Buffer, options: ScryptOptions) =>
  new Promise<Buffer>((resolve, reject) => {
    const maxmem = 256 * (options.N ?? 0) * (options.r ?? 0)
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, { ...options, maxmem }, (error, key) => (error ? reject(error) : resolve(key)))
  })

/** Text to keep instead of a password: the parameters, a salt of its own and the hash. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const hash = await derive(password, salt, COST)
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64'), hash.toString('base64')].join('$')
}

const NOBODY = ['scrypt', COST.N, COST.r, COST.p, Buffer.alloc(SALT_BYTES).toString('base64'), ''].join('$')

/** Whether the password belongs to the kept text. Without one (an unknown name, a user without password) false, after the same time. */
export async function verifyPassword(password: string, kept: string | null): Promise<boolean> {
  const [, N, r, p, salt = '', hash = ''] = (kept ?? NOBODY).split('$')
  const actual = await derive(password, Buffer.from(salt, 'base64'), { N: Number(N), r: Number(r), p: Number(p) })
  const expected = Buffer.from(hash, 'base64')
  return timingSafeEqual(actual, expected.length === HASH_BYTES ? expected : randomBytes(HASH_BYTES)) && kept !== null
}
