import { styleText } from 'node:util';
import { Command, InvalidArgumentError, Option } from 'commander';
import { readFirstKey } from '../../shared/api-key.ts';
import { createClient, type Client, type ClientOptions } from '../../shared/client/client.ts';
import { inheritEnvironment } from '../../shared/config.ts';
import { SECOND } from '../../shared/time.ts';
import type { Paper } from './format-agent-report.ts';

/** A narrower terminal breaks tables anyway. */
const MIN_WIDTH = 60;

/** An API that is just being started again answers within this time. */
const PATIENCE_MS = 5 * SECOND;

const STYLES = { up: 'green', down: 'red', good: 'green', bad: 'yellow', title: 'bold' } as const;

interface GlobalOptions {
  readonly api: string;
  readonly json?: boolean;
  readonly apiKey?: string;
}

/** What every command is given: the API that was named, and how its answers are printed. */
export interface Terminal {
  /** A terminal is as wide as it is and has colours, unless NO_COLOR forbids them; a file or a pipe has neither. */
  readonly paper: Paper;
  /** Address of the API. */
  api(): string;
  /** The key that is sent to it. */
  apiKey(): string | undefined;
  /** A client of it. Reads that find no API are repeated for five seconds, unless other patience is asked for. */
  open(options?: Pick<ClientOptions, 'patienceMs' | 'signal'>): Client;
  /** True when answers are to be printed as JSON and nothing else is to be printed. */
  isJson(): boolean;
  /** Prints `value` as JSON when asked to, `lines` otherwise. */
  report(value: unknown, lines: () => readonly string[]): void;
}

/** Prints lines. */
export function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

function parseAddress(text: string): string {
  if (!['http:', 'https:'].includes(URL.parse(text)?.protocol ?? ''))
    throw new InvalidArgumentError('expected an address such as http://127.0.0.1:3000');
  return text;
}

const paper: Paper = {
  width: process.stdout.isTTY ? Math.max(process.stdout.columns, MIN_WIDTH) : undefined,
  paint: process.stdout.isTTY
    ? (tone, text) => styleText(STYLES[tone], text, { stream: process.stdout })
    : undefined,
};

/** The command line without its commands, and what these share. */
export function createProgram(): { readonly program: Command; readonly terminal: Terminal } {
  const environment = inheritEnvironment();
  const program = new Command('macro')
    .description('Command line of the macro pipeline.')
    .addOption(
      new Option('--api <url>', 'address of the API')
        .default(`http://127.0.0.1:${environment['API_PORT'] || 3000}`)
        .argParser(parseAddress),
    )
    .option('--api-key <key>', 'API key (default: the first of API_KEYS)')
    .option('--json', 'print the answers of the API as JSON')
    .showHelpAfterError();
  const options = (): GlobalOptions => program.opts<GlobalOptions>();
  const terminal: Terminal = {
    paper,
    api: () => options().api,
    apiKey: () => options().apiKey ?? readFirstKey(environment['API_KEYS'] ?? ''),
    open: (wanted) =>
      createClient({
        baseUrl: terminal.api(),
        apiKey: terminal.apiKey(),
        patienceMs: PATIENCE_MS,
        ...wanted,
      }),
    isJson: () => options().json === true,
    report: (value, lines) => print(terminal.isJson() ? [JSON.stringify(value, undefined, 2)] : lines()),
  };
  return { program, terminal };
}
