import { groupByWords, type Words } from './words.ts';

const quoteAll = (keys: readonly string[]): string => keys.map((key) => `'${key}'`).join(' ');

/** A script for fish. */
export function writeFish({ paths, after, values }: Words): string[] {
  const groupedValues = groupByWords(
    values,
    ({ choices, isList }) => `${isList ? '$head' : ''} ${choices.join(' ')}`,
  );
  return [
    '# Completion of macro for fish: macro completion fish | source',
    'function __macro_words',
    '  set -l given (commandline -opc)',
    "  set -l head (string replace -r '[^,]*$' '' -- (commandline -ct))",
    '  set -l path macro',
    '  for word in $given[2..-1]',
    '    switch "$path $word"',
    `      case ${quoteAll(paths)}`,
    '        set path "$path $word"',
    '    end',
    '  end',
    '  switch "$path $given[-1]"',
    ...groupedValues.flatMap(([keys, text]) => {
      const [head = '', ...choices] = text.split(' ');
      const words = choices.filter((word) => word !== '');
      const offer = words.length === 0 ? [] : [`      printf '%s\\n' ${head}{${words.join(',')}}`];
      return [`    case ${quoteAll(keys)}`, ...offer, '      return'];
    }),
    '  end',
    '  switch $path',
    ...groupByWords(after, (words) => words.join(' ')).flatMap(([keys, words]) => [
      `    case ${quoteAll(keys)}`,
      `      printf '%s\\n' ${words}`,
    ]),
    '  end',
    'end',
    "complete -c macro -f -a '(__macro_words)'",
  ];
}
