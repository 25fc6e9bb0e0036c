import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient } from '../../../shared/client/client.ts';
import { claimTask, dispatchRun, endAttempt, recordEvent } from '../../../shared/pipeline/runs.ts';
import { startApi, type RunningApi } from './running-api.ts';

let api: RunningApi;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

// The client refuses an answer with a field too many or too few.
it('answers about backfills, runs and events what the contract says', async () => {
  const client = createClient({ baseUrl: api.url });
  const body = { from: '2022-06-01', to: '2022-06-30', assets: ['bronze_fred' as const] };
  const dry = await client.createBackfill({ body: { ...body, dryRun: true } });
  const accepted = await client.createBackfill({ body, headers: { 'Idempotency-Key': 'k' } });
  if (!('plan' in dry) || !('id' in accepted)) throw new Error('Expected a plan and a backfill');
  expect(dry.plan).toHaveLength(1);
  const params = { id: accepted.id };
  const { data: runs } = await client.listRuns({ query: { backfillId: accepted.id } });
  const runId = runs[0]?.id ?? '';
  const dispatched = await api.db.transaction((tx) => dispatchRun(tx, runId));
  const { taskId = '', dispatch = 0 } = dispatched?.tasks[0] ?? {};
  const claimed = await claimTask(api.db, taskId, dispatch, 'worker-1');
  if (claimed === null) throw new Error('not claimed');
  await recordEvent(api.db, claimed, 'started', { worker: 'worker-1', crashes: 0 });
  await endAttempt(api.db, claimed, { state: 'succeeded', rows: 3, done: 22 });
  await recordEvent(api.db, claimed, 'succeeded', { rows: 3, partitions: 22, failure: null });

  expect((await client.getBackfill({ params })).partitions).toEqual({ total: 22, done: 22 });
  expect((await client.listBackfills()).data.map(({ id }) => id)).toEqual([accepted.id]);
  const { tasks } = await client.getRun({ params: { id: runId } });
  expect(tasks[0]?.timeline).toMatchObject([
    { attempt: 1, worker: 'worker-1', outcome: 'succeeded', rows: 3 },
  ]);
  const events = await client.listRunEvents({ params: { id: runId } });
  expect((await client.searchTaskEvents({ query: { runId } })).data.toReversed()).toEqual(events.data);
  expect((await client.createRun({ body: { partition: '2022-06-30' } })).state).toBe('planned');
  expect((await client.pauseBackfill({ params, body: { actor: 'ana' } })).id).toBe(accepted.id);
  expect((await client.cancelRun({ params: { id: runId }, body: {} })).id).toBe(runId);
});
