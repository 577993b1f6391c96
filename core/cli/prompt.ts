import { createInterface, type Interface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { EXIT } from './exit-code.ts'
import { CliError } from './failure.ts'
import type { Output } from './output.ts'
import type { Terminal } from './terminal.ts'

/**
 * Asks before something is changed. `--yes` answers for the person; where nobody can be asked, or the answer is no, the
 * command ends as refused.
 */
export async function confirm(terminal: Terminal, out: Output, request: { question: string; yes: boolean | undefined }): Promise<void> {
  if (request.yes) return
  if (!out.interactive)
    throw new CliError(EXIT.refused, `not confirmed: ${request.question}`, { hint: 'add --yes to confirm without being asked' })
  const answer = await ask(terminal, `${request.question} [y/N] `)
  if (!/^y(es)?$/i.test(answer.trim())) throw new CliError(EXIT.refused, 'not confirmed; nothing was changed')
}

export async function ask(terminal: Terminal, question: string): Promise<string> {
  const reader = createInterface({ input: terminal.stdin, output: terminal.stderr, terminal: true })
  return answerOf(reader, question)
}

/** Asks without showing what is typed. */
export async function askHidden(terminal: Terminal, question: string): Promise<string> {
  const nothing = new Writable({ write: (_chunk, _encoding, done) => done() })
  // The reader switches the terminal's own echo off, so it has to be there before anybody is asked.
  const reader = createInterface({ input: terminal.stdin, output: nothing, terminal: true })
  terminal.stderr.write(question)
  const answer = await answerOf(reader, '')
  terminal.stderr.write('\n')
  return answer
}

async function answerOf(reader: Interface, question: string): Promise<string> {
  const ended = new Promise<never>((_resolve, reject) => {
    const cancel = () => reject(new CliError(EXIT.refused, 'cancelled; nothing was changed'))
    reader.once('SIGINT', cancel).once('close', cancel)
  })
  try {
    return await Promise.race([reader.question(question), ended])
  } finally {
    reader.close()
  }
}

const MAX_INPUT = 5_000_000

/** All of standard input as text. */
export async function readInput(terminal: Terminal): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of terminal.stdin) {
    const bytes = Buffer.from(chunk as Uint8Array | string)
    size += bytes.length
    if (size > MAX_INPUT) throw new CliError(EXIT.badInput, 'standard input is longer than 5 MB')
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** A secret from standard input, without the line end that `echo` adds; typed unseen when a person sits there. */
export async function readSecret(terminal: Terminal, question: string): Promise<string> {
  const value = terminal.stdin.isTTY ? await askHidden(terminal, question) : (await readInput(terminal)).replace(/\r?\n$/, '')
  if (value === '') throw new CliError(EXIT.badInput, 'the value is empty', { hint: 'give it on standard input' })
  return value
}
