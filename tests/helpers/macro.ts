import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The command line as people start it. */
export const MACRO = join(import.meta.dirname, '..', '..', 'bin', 'macro');

/** Runs the command line against an API; its output by lines. @throws what it wrote, with its exit code, when it fails */
export async function macro(apiUrl: string, ...words: string[]): Promise<string[]> {
  const { stdout } = await run(MACRO, ['--api', apiUrl, ...words]);
  return stdout.trimEnd().split('\n');
}
