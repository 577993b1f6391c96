import type { ExecRequest, ExecSession } from '../engine.ts'
import { EXEC, KILL_EXEC, RESIZE } from './scripts-read.ts'
import { runScript, spawnScript, type Shell } from './shell.ts'
import { skipToMark } from './streams.ts'

/** Runs a command in an instance. Closing kills it with all that it started in its process group. */
export async function openExec(shell: Shell, target: { root: string; id: string }, request: ExecRequest): Promise<ExecSession> {
  const { command, tty, columns, rows } = request
  const args = [target.root, target.id, tty ? 'tty' : '', ...command]
  const process = await spawnScript(shell, EXEC, tty ? { args, tty: { columns, rows } } : { args })
  const { words, chunks } = await skipToMark(process, tty)
  const [pid = '', terminal = ''] = words
  let ended = false
  void process.exitCode.then(() => (ended = true))
  // The command is gone, or will be with its instance; a failure to tell it so has no better remedy.
  const tell = (script: string, ...rest: string[]) => runScript(shell, script, { args: [target.root, ...rest] }).catch(() => undefined)
  return {
    output: chunks,
    exitCode: process.exitCode,
    write: (data) => process.stdin.write(data),
    end: () => process.stdin.end(),
    resize: (newColumns, newRows) => {
      if (process.resize) process.resize(newColumns, newRows)
      else if (tty && terminal.startsWith('/dev/')) void tell(RESIZE, terminal, String(newColumns), String(newRows))
    },
    close: () => {
      if (ended) return
      ended = true
      void tell(KILL_EXEC, pid).then(() => process.close())
    },
  }
}
