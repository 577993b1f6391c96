import type { Command } from 'commander'
import type { Cli } from '../session.ts'
import { addApplyCommands } from './app-apply.ts'
import { addChangeCommands } from './app-change.ts'
import { addExecCommand } from './app-exec.ts'
import { addExplainCommand } from './app-explain.ts'
import { addLogsCommand } from './app-logs.ts'
import { addReadCommands } from './app-read.ts'

export function addAppCommands(program: Command, cli: Cli): void {
  const group = program.command('app').description('run applications')
  addApplyCommands(group, cli)
  addReadCommands(group, cli)
  addChangeCommands(group, cli)
  addExplainCommand(group, cli)
  addLogsCommand(group, cli)
  addExecCommand(group, cli)
}
