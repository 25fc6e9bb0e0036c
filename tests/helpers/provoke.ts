import { spawn } from 'node:child_process';
import { PROJECT_DIR } from '../../infra/local/settings.ts';
import type { Place } from './secret-search.ts';

/** Level `warn` of pino and above. */
const COMPLAINT = /"level":[4-6]0/;
const PATIENCE_MS = 300_000;

/**
 * Starts a program that cannot do its work, and ends it when it has complained (in those words) or ends by itself. Returns all that it has said.
 *
 * @throws Error when it says nothing within five minutes
 */
export async function provoke(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  complaint = COMPLAINT,
): Promise<Place> {
  const child = spawn(process.execPath, args, {
    cwd: PROJECT_DIR,
    env: { PATH: '/usr/bin:/bin', LOG_LEVEL: 'trace', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const hear = (chunk: Buffer): void => {
    said += chunk.toString();
    if (complaint.test(said)) child.kill('SIGTERM');
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  await new Promise((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  if (said === '') throw new Error(`${args.join(' ')} said nothing within ${PATIENCE_MS} ms`);
  return { name: `output of ${args.join(' ')} (${Object.keys(env).join(', ')})`, content: said };
}
