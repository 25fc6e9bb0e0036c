import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { MINUTE } from '../../../shared/time.ts';
import { macro, MACRO } from '../../helpers/macro.ts';
import { createPipeline, handlersWith, type TestPipeline } from '../../helpers/pipeline.ts';
import { startApi, type RunningApi } from '../api/running-api.ts';

// Each command is a process of its own, which takes its time to start on a busy machine.
vi.setConfig({ testTimeout: 3 * MINUTE });

let api: RunningApi;
let pipeline: TestPipeline;

beforeAll(async () => {
  api = await startApi();
  pipeline = createPipeline(api.world);
});
afterAll(async () => {
  await pipeline.close();
  await api.close();
});

async function requestBackfill(day: string): Promise<string> {
  const created = await api.send('POST', '/v1/backfills', { body: { from: day, to: day } });
  return created.body.id;
}

it('leaves the backfill running on Ctrl-C and says how to come back', async () => {
  const id = await requestBackfill('2022-06-20');
  const watch = spawn(MACRO, ['--api', api.url, 'backfill', 'watch', id]);
  const said = text(watch.stderr);
  // Its first line of progress: it watches.
  await once(watch.stdout, 'data');
  watch.kill('SIGINT');
  expect(await once(watch, 'exit')).toEqual([130, null]);
  expect(await said).toContain(`macro backfill watch ${id}`);
  expect((await api.send('GET', `/v1/backfills/${id}`)).body['state']).toBe('planned');
});

it('ends with the backfill: code 0 when it succeeded, 1 when it was cancelled', async () => {
  const id = await requestBackfill('2022-06-21');
  await macro(api.url, 'backfill', 'cancel', id);
  await expect(macro(api.url, 'backfill', 'watch', id)).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^state +cancelled$/m) as string,
  });
  await pipeline.startScheduler();
  await pipeline.startWorkers(handlersWith());
  const lines = await macro(
    api.url,
    ...['backfill', 'create', '--from', '2022-06-22', '--to', '2022-06-22', '--watch'],
  );
  expect(lines).toContainEqual(
    expect.stringMatching(/^14 of 14 materializations \(100 %\), \d+ per s, 0 s left$/),
  );
  expect(lines).toContain('state           succeeded');
});

it('waits for a run, and shows it with its history', async () => {
  const lines = await macro(
    api.url,
    'run',
    '--partition',
    '2022-06-23',
    '--assets',
    'bronze_fred',
    '--watch',
  );
  const [, id] = /^run (\S+): succeeded$/.exec(lines.at(-1)!) ?? [];
  expect(await macro(api.url, 'runs', 'show', id!)).toContainEqual(
    expect.stringMatching(/^bronze_fred +succeeded +1 /),
  );
  expect((await macro(api.url, 'runs', 'events', id!)).join('\n')).toMatch(/bronze_fred +succeeded/);
  expect((await macro(api.url, 'events', 'search', '--run-id', id!)).join('\n')).toMatch(/bronze_fred/);
  expect(await macro(api.url, 'lineage', 'bronze_fred', '2022-06-23')).toContain(`run             ${id}`);
});
