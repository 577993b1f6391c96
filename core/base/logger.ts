import { pino, type Logger as PinoLogger } from 'pino'

export type Logger = PinoLogger

/**
 * The console's own log: JSON lines on standard error. Values under these keys never get into it, whatever object is
 * logged; messages are JSON strings, so nothing in them can forge a line.
 */
export function createLogger(level = process.env.SPACEFORT_LOG ?? 'info'): Logger {
  return pino(
    {
      level,
      base: {},
      redact: {
        paths: [
          'password',
          'privateKey',
          'passphrase',
          'token',
          'secret',
          'value',
          'key',
          'env',
          '*.password',
          '*.privateKey',
          '*.passphrase',
          '*.token',
          '*.key',
          '*.env',
          'headers.authorization',
          'headers.cookie',
        ],
        censor: '[hidden]',
      },
    },
    process.stderr,
  )
}

export const silentLogger: Logger = pino({ level: 'silent' })
