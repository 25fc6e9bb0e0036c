import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { inheritEnvironment } from '../../../shared/config.ts';
import { ONLY } from '../../../shared/pipeline/only.ts';
import { MACRO } from '../../helpers/macro.ts';

const run = promisify(execFile);
const COMPLETE = [
  'source /dev/stdin <<< "$SCRIPT"',
  'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _macro; echo "${COMPREPLY[*]}"',
].join('; ');

let script: string;
beforeAll(async () => {
  script = (await run(MACRO, ['completion', 'bash'])).stdout;
});

/** What bash offers for the last of the words. */
async function complete(...words: string[]): Promise<string[]> {
  const { stdout } = await run('bash', ['-c', COMPLETE, 'bash', 'macro', ...words], {
    env: { ...inheritEnvironment(), SCRIPT: script },
  });
  return stdout.trim().split(' ');
}

it('offers the commands and options that go on from what is written', async () => {
  expect(await complete('back')).toEqual(['backfill']);
  expect(await complete('backfill', '')).toEqual(
    expect.arrayContaining(['create', 'list', 'show', 'watch', 'cancel', 'pause', 'resume', 'retry']),
  );
  expect(await complete('--json', 'backfill', 'create', '--sl')).toEqual(['--slice']);
  expect(await complete('backfill', 'create', '--js')).toEqual(['--json']);
});

it('offers the values of a flag and of an argument, and none where any text will do', async () => {
  expect(await complete('backfill', 'create', '--only', '')).toEqual([...ONLY]);
  expect(await complete('backfill', 'create', '--only', '=', 'm')).toEqual(['missing']);
  expect(await complete('report', 'infl')).toEqual(['inflation']);
  expect(await complete('lineage', 'silver_c')).toEqual(['silver_curves']);
  expect(await complete('backfill', 'create', '--from', '')).toEqual(['']);
});

it('goes on with a list after its last comma', async () => {
  expect(await complete('run', '--assets', 'bronze_fred,silver_m')).toEqual(['bronze_fred,silver_macro']);
});

it('is valid text for bash', async () => {
  await expect(run('bash', ['-n', '-c', script])).resolves.toMatchObject({ stderr: '' });
});
