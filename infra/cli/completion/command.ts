import { Argument, Command } from 'commander';
import { print } from '../terminal.ts';
import { writeBash, writeZsh } from './bash.ts';
import { writeFish } from './fish.ts';
import { listWords } from './words.ts';

const WRITERS = { bash: writeBash, zsh: writeZsh, fish: writeFish } as const;
type Shell = keyof typeof WRITERS;

/** `macro completion bash|zsh|fish`: the script is made from the commands of `program`. */
export function createCompletionCommand(program: Command): Command {
  return new Command('completion')
    .description('print a script that completes commands, options, assets and agents in a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(WRITERS)))
    .action((shell: Shell) => print(WRITERS[shell](listWords(program))));
}
