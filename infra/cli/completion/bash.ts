import { groupByWords, type Words } from './words.ts';

const quote = (text: string): string => `'${text}'`;
const pattern = (keys: readonly string[]): string => keys.map(quote).join('|');

function writeValues({ values }: Words): string[] {
  const grouped = groupByWords(
    values,
    ({ choices, isList }) => `${isList ? 'list' : 'one'} ${choices.join(' ')}`,
  );
  return grouped.flatMap(([keys, words]) => {
    const [kind, ...choices] = words.split(' ').filter((word) => word !== '');
    const head = kind === 'list' ? ' head="${cur%"${cur##*,}"}"' : '';
    return [`    ${pattern(keys)}) words=${quote(choices.join(' '))}${head} ;;`];
  });
}

/** A script for bash. What is offered depends on the commands before the cursor and on the flag just before it. */
export function writeBash(words: Words): string[] {
  return [
    '# Completion of macro for bash: source <(macro completion bash)',
    '_macro() {',
    '  local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}"',
    "  local path=macro word words='' head=''",
    '  # bash takes --flag=value for three words.',
    '  if [[ $cur == "=" ]]; then cur=""; elif [[ $prev == "=" ]]; then prev="${COMP_WORDS[COMP_CWORD-2]}"; fi',
    '  for word in "${COMP_WORDS[@]:1:$((COMP_CWORD-1))}"; do',
    '    case "$path $word" in',
    `      ${pattern(words.paths)}) path="$path $word" ;;`,
    '    esac',
    '  done',
    '  case "$path $prev" in',
    ...writeValues(words),
    '    *)',
    '      case "$path" in',
    ...groupByWords(words.after, (after) => after.join(' ')).map(
      ([keys, after]) => `        ${pattern(keys)}) words=${quote(after)} ;;`,
    ),
    '      esac',
    '      ;;',
    '  esac',
    '  COMPREPLY=($(compgen -P "$head" -W "$words" -- "${cur#"$head"}"))',
    '}',
    'complete -F _macro macro',
  ];
}

/** A script for zsh, which runs that of bash. */
export function writeZsh(words: Words): string[] {
  const [, ...script] = writeBash(words);
  return [
    '# Completion of macro for zsh: source <(macro completion zsh)',
    'autoload -U +X compinit && compinit',
    'autoload -U +X bashcompinit && bashcompinit',
    ...script,
  ];
}
