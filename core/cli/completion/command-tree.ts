import type { Argument, Command, Option } from 'commander'

/** What a word can be completed with: fixed words, names the server knows, or files. */
export type Completion = { kind: 'words'; words: string[] } | { kind: 'names'; of: NameKind } | { kind: 'file' } | { kind: 'none' }

export const NAME_KINDS = ['app', 'host', 'instance', 'secret', 'user'] as const
export type NameKind = (typeof NAME_KINDS)[number]

export interface OptionNode {
  flags: string[]
  description: string
  /** Left out for switches. */
  value?: Completion
}

export interface CommandNode {
  /** As in "app scale"; empty for the program itself. */
  path: string
  name: string
  description: string
  options: OptionNode[]
  arguments: Completion[]
  /** Whether the last argument may be repeated. */
  variadic: boolean
  children: CommandNode[]
}

/** The whole program as data, for completion and reference. Commands whose name starts with "_" are not for people. */
export function commandTree(program: Command): CommandNode {
  return nodeOf(program, { path: '', inherited: [] })
}

function nodeOf(command: Command, at: { path: string; inherited: Option[] }): CommandNode {
  const own = command.createHelp().visibleOptions(command)
  const options = [...own, ...at.inherited.filter((option) => !own.some((other) => other.long === option.long))]
  const global = [...at.inherited, ...(at.path === '' ? command.options.filter((option) => !option.hidden) : [])]
  const children = command.commands.filter((child) => !child.name().startsWith('_'))
  return {
    path: at.path,
    name: command.name(),
    description: command.description(),
    options: options.map(optionNode),
    arguments: command.registeredArguments.map(argumentCompletion),
    variadic: command.registeredArguments.at(-1)?.variadic === true,
    children: children.map((child) => nodeOf(child, { path: `${at.path} ${child.name()}`.trim(), inherited: global })),
  }
}

function optionNode(option: Option): OptionNode {
  const flags = [option.short, option.long].filter((flag) => flag !== undefined)
  const takesValue = option.required || option.optional
  return {
    flags,
    description: option.description,
    ...(takesValue ? { value: completionFor(valueName(option.flags), option.argChoices) } : {}),
  }
}

function argumentCompletion(argument: Argument): Completion {
  return completionFor(argument.name(), argument.argChoices)
}

function valueName(flags: string): string {
  return /[<[]([^\].>]+)/.exec(flags)?.[1] ?? ''
}

/** The placeholder in the help text says what a word is: <app>, <host>, <file>. */
function completionFor(placeholder: string, choices: string[] | undefined): Completion {
  if (choices) return { kind: 'words', words: choices.filter((choice) => choice !== '') }
  if (placeholder === 'file' || placeholder === 'folder') return { kind: 'file' }
  const of = NAME_KINDS.find((kind) => kind === (placeholder === 'target' ? 'app' : placeholder))
  return of ? { kind: 'names', of } : { kind: 'none' }
}

/** Every command of the tree, parents before children. */
export function flatten(node: CommandNode): CommandNode[] {
  return [node, ...node.children.flatMap(flatten)]
}
