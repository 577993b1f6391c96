import type { Duplex, Readable } from 'node:stream'

export interface SshProcess {
  stdin: NodeJS.WritableStream
  stdout: Readable
  stderr: Readable
  /** Exit code; 128 + n after signal n, and 255 when the connection broke first. */
  exitCode: Promise<number>
  resize(columns: number, rows: number): void
  /** Ends the remote command's channel. */
  close(): void
}

/** An open, authenticated SSH connection whose host key was checked. */
export interface SshLink {
  /** Fingerprint the server showed, "SHA256:…". */
  readonly hostKey: string
  /** Runs a command line through the user's shell. Callers quote every value with `shellQuote`. */
  run(command: string, options?: { tty?: { columns: number; rows: number } }): Promise<SshProcess>
  /** Connects to 127.0.0.1:`port` as seen from the host. */
  dial(port: number): Promise<Duplex>
  /** Connects to a unix socket on the host. */
  dialSocket(path: string): Promise<Duplex>
  /** Resolves when the connection is gone, for whatever reason. */
  readonly closed: Promise<void>
  close(): Promise<void>
}
