import { randomBytes } from 'node:crypto'

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/** Random lower-case text that is safe in names, labels and paths; 5 bits a character. */
export function randomText(length: number): string {
  return Array.from(randomBytes(length), (byte) => ALPHABET[byte % 32]).join('')
}

/** Id of an instance: readable in `docker ps` and `ps`, unique with 50 random bits. */
export function instanceId(app: string): string {
  return `${app.slice(0, 50)}-${randomText(10)}`
}
