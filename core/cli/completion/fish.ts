import { flatten, type CommandNode, type Completion, type OptionNode } from './command-tree.ts'

export function fishScript(root: CommandNode): string {
  const nodes = flatten(root)
  const steps = nodes.flatMap((node) => node.children.map((child) => `${node.path}|${child.name}`))
  const valued = nodes.flatMap((node) =>
    node.options.flatMap(({ flags, value }) => (value ? flags.map((flag) => `${node.path}|${flag}`) : [])),
  )
  return `# Completion of spacefort for fish. To load it: spacefort completion fish | source
set -g __spacefort_steps ${steps.map(quote).join(' ')}
set -g __spacefort_valued ${valued.map(quote).join(' ')}
# Prints the command path before the cursor and how many arguments follow it; fails behind "--".
function __spacefort_where
    set -l path ''
    set -l position 0
    set -l skip 0
    for word in (commandline -opc)[2..]
        if test $skip = 1
            set skip 0
        else if test "$word" = --
            return 1
        else if string match -q -- '-*' "$word"
            contains -- "$path|$word" $__spacefort_valued; and set skip 1
        else if contains -- "$path|$word" $__spacefort_steps
            set path (string trim -- "$path $word")
        else
            set position (math $position + 1)
        end
    end
    printf '%s\\n%s\\n' "$path" $position
end
function __spacefort_at
    set -l where (__spacefort_where); or return 1
    test "$where[1]" = "$argv[1]"; and begin
        test (count $argv) = 1; or test "$where[2]" = "$argv[2]"; or test "$argv[2]" = '*'
    end
end
complete -c spacefort -f
${nodes.flatMap(entries).join('\n')}
`
}

function entries(node: CommandNode): string[] {
  const at = (position?: string) => quote(`__spacefort_at ${quote(node.path)}${position === undefined ? '' : ` ${quote(position)}`}`)
  return [
    ...node.children.map((child) => `complete -c spacefort -n ${at('0')} -a ${quote(child.name)} -d ${quote(child.description)}`),
    ...node.options.map((option) => `complete -c spacefort -n ${at()} ${optionFlags(option)} -d ${quote(option.description)}`),
    ...node.arguments.flatMap((argument, index) => {
      const last = node.variadic && index === node.arguments.length - 1
      return argument.kind === 'none' ? [] : [`complete -c spacefort -n ${at(last ? '*' : String(index))} ${source(argument)}`]
    }),
  ]
}

function optionFlags({ flags, value }: OptionNode): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`))
  // -x: a value and never a file; -r: a value.
  return [...names, ...(value ? [value.kind === 'file' ? '-r' : '-x', source(value)] : [])].join(' ').trim()
}

function source(completion: Completion): string {
  if (completion.kind === 'words') return `-a ${quote(completion.words.join(' '))}`
  if (completion.kind === 'names') return `-a ${quote(`(spacefort __complete ${completion.of} 2>/dev/null)`)}`
  return completion.kind === 'file' ? '-F' : ''
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
