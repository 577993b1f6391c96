import { flatten, type CommandNode, type Completion } from './command-tree.ts'

/** Functions that both shells understand: each sets REPLY for a command path and a word or position. */
function tables(root: CommandNode): string {
  const nodes = flatten(root)
  const steps = nodes.flatMap((node) => node.children.map((child) => `${node.path}|${child.name}`))
  const values = nodes.flatMap((node) =>
    node.options.flatMap(({ flags, value }) => (value ? flags.map((flag) => [`${node.path}|${flag}`, encode(value)] as const) : [])),
  )
  const positions = nodes.flatMap((node) =>
    node.arguments.flatMap((argument, index) => {
      const last = node.variadic && index === node.arguments.length - 1
      return argument.kind === 'none' ? [] : [[`${node.path}|${last ? '*' : index}`, encode(argument)] as const]
    }),
  )
  return [
    `_spacefort_step() { case "$1|$2" in ${steps.map(quote).join('|')}) return 0 ;; esac; return 1; }`,
    table('_spacefort_value', { key: '$1|$2', rows: values }),
    table('_spacefort_position', { key: '$1|$2', rows: positions }),
  ].join('\n')
}

function table(name: string, { key, rows }: { key: string; rows: (readonly [string, string])[] }): string {
  const byReply = Map.groupBy(rows, ([, reply]) => reply)
  const cases = [...byReply].map(
    ([reply, same]) => `    ${same.map(([pattern]) => quote(pattern).replace(/\|\*'$/, "|'*")).join('|')}) REPLY=${quote(reply)} ;;`,
  )
  return [`${name}() {`, `  REPLY=`, `  case "${key}" in`, ...cases, '  esac', '}'].join('\n')
}

/** "words:a b", "names:app", "file" or "none" (a value nothing is known about). */
function encode(completion: Completion): string {
  if (completion.kind === 'words') return `words:${completion.words.join(' ')}`
  return completion.kind === 'names' ? `names:${completion.of}` : completion.kind
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

export function bashScript(root: CommandNode): string {
  const words = flatten(root).map(
    (node) =>
      [
        node.path,
        [
          ...node.children.map((child) => child.name),
          ...node.options.flatMap((option) => option.flags.filter((flag) => flag.startsWith('--'))),
        ].join(' '),
      ] as const,
  )
  return `# Completion of spacefort for bash. To load it: source <(spacefort completion bash)
${tables(root)}
${table('_spacefort_words', { key: '$1', rows: words })}
_spacefort() {
  local cur=\${COMP_WORDS[COMP_CWORD]} path= expects= position=0 i word REPLY
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ $word == = ]]; then continue; fi
    if [[ -n $expects ]]; then expects=; continue; fi
    case $word in
      --) COMPREPLY=(); return ;;
      -*) _spacefort_value "$path" "$word"; expects=$REPLY ;;
      *) if _spacefort_step "$path" "$word"; then path="\${path:+$path }$word"; else ((position++)); fi ;;
    esac
  done
  [[ $cur == = ]] && cur=
  if [[ -z $expects ]]; then
    if [[ $cur == -* ]]; then _spacefort_words "$path"; expects="words:$REPLY"
    else
      _spacefort_position "$path" "$position"; expects=$REPLY
      if [[ -z $expects ]]; then _spacefort_words "$path"; expects="words:$REPLY"; fi
    fi
  fi
  case $expects in
    words:*) COMPREPLY=($(compgen -W "\${expects#words:}" -- "$cur")) ;;
    names:*) COMPREPLY=($(compgen -W "$(spacefort __complete "\${expects#names:}" 2>/dev/null)" -- "$cur")) ;;
    file) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    *) COMPREPLY=() ;;
  esac
}
complete -F _spacefort spacefort
`
}

export function zshScript(root: CommandNode): string {
  const nodes = flatten(root)
  const described = (name: string, of: (node: CommandNode) => [string, string][]) => {
    const cases = nodes.map((node) => {
      const items = of(node).map(([word, text]) => quote(`${word.replaceAll(':', '\\:')}:${text}`))
      return `    ${quote(node.path)}) reply=(${items.join(' ')}) ;;`
    })
    return [`${name}() {`, '  reply=()', '  case "$1" in', ...cases, '  esac', '}'].join('\n')
  }
  return `#compdef spacefort
# Completion of spacefort for zsh. To load it: source <(spacefort completion zsh)
${tables(root)}
${described('_spacefort_children', (node) => node.children.map((child) => [child.name, child.description]))}
${described('_spacefort_options', (node) => node.options.map((option) => [option.flags.at(-1) ?? '', option.description]))}
_spacefort() {
  local cur=$words[CURRENT] path_so_far= expects= position=0 i word REPLY
  local -a reply
  for ((i = 2; i < CURRENT; i++)); do
    word=$words[i]
    if [[ -n $expects ]]; then expects=; continue; fi
    case $word in
      --) return ;;
      -*) _spacefort_value "$path_so_far" "$word"; expects=$REPLY ;;
      *) if _spacefort_step "$path_so_far" "$word"; then path_so_far="\${path_so_far:+$path_so_far }$word"; else ((position++)); fi ;;
    esac
  done
  if [[ -z $expects ]]; then
    if [[ $cur == -* ]]; then _spacefort_options "$path_so_far"; _describe option reply; return; fi
    _spacefort_children "$path_so_far"
    if (( $#reply )); then _describe command reply; return; fi
    _spacefort_position "$path_so_far" "$position"; expects=$REPLY
  fi
  case $expects in
    words:*) compadd -- \${=expects#words:} ;;
    names:*) compadd -- \${(f)"$(spacefort __complete "\${expects#names:}" 2>/dev/null)"} ;;
    file) _files ;;
  esac
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
compdef _spacefort spacefort
`
}
