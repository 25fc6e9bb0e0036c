import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dispatchRun } from '../../../shared/pipeline/runs.ts';
import { readAudit } from '../../helpers/backfills.ts';
import { startApi, type RunningApi } from './running-api.ts';

let api: RunningApi;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const RANGE = { from: '2022-05-02', to: '2022-06-30' };

const post = (path: string, body?: unknown) => api.send('POST', path, body === undefined ? {} : { body });

async function createBackfill(): Promise<string> {
  const { body } = await post('/v1/backfills', { ...RANGE, only: 'all' });
  return body.id;
}

describe('POST /v1/backfills/:id/{cancel,pause,resume,retry}', () => {
  it('leads through the states, answers with the backfill, and says who asked in the audit log', async () => {
    const id = await createBackfill();
    const steps = [
      ['pause', 'paused'],
      ['pause', 'paused'],
      ['resume', 'planned'],
      ['resume', 'planned'],
      ['cancel', 'cancelled'],
      ['cancel', 'cancelled'],
      ['retry', 'planned'],
      ['retry', 'planned'],
    ] as const;
    for (const [change, state] of steps) {
      const answer = await post(`/v1/backfills/${id}/${change}`, { actor: 'ana', reason: `to ${change}` });
      expect(answer.status, change).toBe(202);
      expect(answer.body, change).toMatchObject({ id, state, partitions: { total: 44 * 14, done: 0 } });
    }
    expect(await readAudit(api.db, id)).toEqual([
      { actor: 'ana', action: 'backfill_pause', detail: { from: 'planned', reason: 'to pause', runs: 0 } },
      { actor: 'ana', action: 'backfill_resume', detail: { from: 'paused', reason: 'to resume', runs: 0 } },
      {
        actor: 'ana',
        action: 'backfill_cancel',
        detail: { from: 'planned', reason: 'to cancel', runs: 2, tasks: 28 },
      },
      {
        actor: 'ana',
        action: 'backfill_retry',
        detail: { from: 'cancelled', reason: 'to retry', runs: 2, tasks: 28 },
      },
    ]);
  });

  it('cancels with the answer what is dispatched already, when nobody holds it', async () => {
    const id = await createBackfill();
    const runs = await api.db.execute<{ id: string }>(sql`select id from runs where backfill_id = ${id}`);
    for (const run of runs.rows) await api.db.transaction((tx) => dispatchRun(tx, run.id));
    const cancelled = await post(`/v1/backfills/${id}/cancel`);
    expect(cancelled.body).toMatchObject({ runs: { cancelled: 2 }, tasks: { cancelled: 28 } });
  });

  it('needs no body', async () => {
    const id = await createBackfill();
    expect((await post(`/v1/backfills/${id}/cancel`)).body).toMatchObject({ state: 'cancelled' });
    expect(await readAudit(api.db, id)).toMatchObject([{ actor: 'unnamed', detail: { reason: null } }]);
  });

  it.each([
    ['pause', 'cancelled'],
    ['resume', 'cancelled'],
    ['retry', 'paused'],
  ] as const)('refuses to %s what is %s', async (change, state) => {
    const id = await createBackfill();
    await post(`/v1/backfills/${id}/${state === 'paused' ? 'pause' : 'cancel'}`);
    const { status, headers, body } = await post(`/v1/backfills/${id}/${change}`);
    expect(status).toBe(409);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body).toMatchObject({ type: '/problems/invalid-transition', state });
    expect(body['detail']).toContain(`Backfill ${id} is ${state}: ${change} is possible when it is `);
  });

  it('refuses what it does not know', async () => {
    const id = await createBackfill();
    expect((await post(`/v1/backfills/${id}/explode`)).status).toBe(404);
    expect((await post('/v1/backfills/nothing/cancel')).status).toBe(404);
    expect((await post('/v1/backfills/00000000-0000-4000-8000-000000000000/cancel')).status).toBe(404);
    const wrong = await post(`/v1/backfills/${id}/cancel`, { force: true, actor: '' });
    expect(wrong.status).toBe(400);
    expect(new Set(wrong.body.errors.map(({ pointer }) => pointer))).toEqual(new Set(['#/actor', '#/force']));
    const read = await api.send('GET', `/v1/backfills/${id}/cancel`);
    expect([read.status, read.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('POST /v1/runs/:id/{cancel,retry}', () => {
  it('cancels a dispatched run and plans it again', async () => {
    const { body: run } = await post('/v1/runs', { partition: '2022-06-30' });
    await api.db.transaction((tx) => dispatchRun(tx, run.id));
    const cancelled = await post(`/v1/runs/${run.id}/cancel`, { actor: 'ana' });
    expect(cancelled.status).toBe(202);
    expect(cancelled.body).toMatchObject({ state: 'cancelled', taskCounts: { cancelled: 14 } });
    expect(cancelled.body['finishedAt']).not.toBeNull();
    const retried = await post(`/v1/runs/${run.id}/retry`, { actor: 'ana' });
    expect(retried.body).toMatchObject({ state: 'planned', taskCounts: { pending: 14 }, finishedAt: null });
    const events = await api.send('GET', `/v1/runs/${run.id}/events`);
    const kinds = events.body.data.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'cancelled')).toHaveLength(14);
    expect(kinds.filter((kind) => kind === 'reopened')).toHaveLength(14);
  });

  it('refuses to cancel a run that is over', async () => {
    const { body: run } = await post('/v1/runs', { partition: '2022-06-29' });
    await api.db.execute(sql`update runs set state = 'succeeded' where id = ${run.id}`);
    const { status, body } = await post(`/v1/runs/${run.id}/cancel`);
    expect(status).toBe(409);
    expect(body).toMatchObject({ type: '/problems/invalid-transition', state: 'succeeded' });
  });
});

describe('POST /v1/schedule/{pause,resume}', () => {
  it('shows who paused the schedule, since when and why, and when it is due again', async () => {
    expect((await api.send('GET', '/v1/schedule')).body).toMatchObject({ paused: null, catchUp: 'all' });
    const before = Date.now();
    const paused = await post('/v1/schedule/pause', { actor: 'ana', reason: 'maintenance' });
    const after = Date.now();
    expect(paused.status).toBe(200);
    const again = await post('/v1/schedule/pause', { actor: 'bob' });
    for (const { body } of [paused, again, await api.send('GET', '/v1/schedule')]) {
      expect(body).toMatchObject({ paused: { by: 'ana', reason: 'maintenance' }, nextTick: null });
      const { since } = body['paused'] as { since: string };
      expect(Date.parse(since)).toBeGreaterThanOrEqual(before);
      expect(Date.parse(since)).toBeLessThanOrEqual(after);
    }
    const resumed = await post('/v1/schedule/resume', { actor: 'bob' });
    expect(resumed.body).toMatchObject({
      paused: null,
      nextTick: { dueAt: '2022-07-04T09:00:00.000Z', partition: '2022-07-01' },
    });
  });
});
