import type { Command, Option } from 'commander';

/** What may follow a flag. No choices: free text, for which nothing is offered. */
interface Values {
  readonly choices: readonly string[];
  /** Several, separated by commas. */
  readonly isList: boolean;
}

/** Everything that can be completed, by the path of a command: `macro backfill create`. */
export interface Words {
  /** Every path but that of the program itself. */
  readonly paths: readonly string[];
  /** Commands, flags and arguments that may follow a path. */
  readonly after: ReadonlyMap<string, readonly string[]>;
  /** By path and flag: `macro run --assets`. */
  readonly values: ReadonlyMap<string, Values>;
}

const HELP = '--help';

const takesValue = (option: Option): boolean => option.required || option.optional;

function listArguments(command: Command): string[] {
  return command.registeredArguments.flatMap(({ argChoices }) => [...(argChoices ?? [])]);
}

/** Reads a command, with the options that it has from those above it, and all commands below it. */
function visit(
  command: Command,
  path: string,
  inherited: readonly Option[],
  found: { after: Map<string, readonly string[]>; values: Map<string, Values> },
): void {
  const options = [...command.options, ...inherited];
  const flags = options.flatMap(({ long }) => (long === undefined || long === null ? [] : [long]));
  found.after.set(path, [
    ...command.commands.map((child) => child.name()),
    ...listArguments(command),
    ...flags,
    HELP,
  ]);
  for (const option of options.filter(takesValue)) {
    found.values.set(`${path} ${option.long}`, {
      choices: option.argChoices ?? [],
      isList: option.flags.includes(',…'),
    });
  }
  for (const child of command.commands) visit(child, `${path} ${child.name()}`, options, found);
}

/** Reads all words that can be completed off the tree of commands. */
export function listWords(program: Command): Words {
  const found = { after: new Map<string, readonly string[]>(), values: new Map<string, Values>() };
  visit(program, program.name(), [], found);
  return { ...found, paths: [...found.after.keys()].filter((path) => path !== program.name()) };
}

/** What several keys have in common: `[keys, words]` for each set of words. */
export function groupByWords<Value>(
  entries: Iterable<readonly [string, Value]>,
  wordsOf: (value: Value) => string,
): [string[], string][] {
  const groups = new Map<string, string[]>();
  for (const [key, value] of entries) {
    const words = wordsOf(value);
    groups.set(words, [...(groups.get(words) ?? []), key]);
  }
  return [...groups].map(([words, keys]) => [keys, words]);
}
