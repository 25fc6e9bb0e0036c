import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { graph } from '../../../shared/pipeline/graph.ts';
import { listWeekdays } from '../../../shared/time.ts';
import { startApi, type RunningApi } from './running-api.ts';

let api: RunningApi;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());
beforeEach(() => api.db.execute(sql`truncate tasks, runs, backfills, materializations cascade`));

const RANGE = { from: '2022-06-01', to: '2022-06-30' };
const WEEKDAYS = listWeekdays(RANGE.from, RANGE.to).length;

async function countRows(table: string): Promise<number> {
  const result = await api.db.execute<{ count: string }>(sql`select count(*) from ${sql.identifier(table)}`);
  return Number(result.rows[0]?.count);
}

const post = (body: unknown, headers: Record<string, string> = {}) =>
  api.send('POST', '/v1/backfills', { body, headers });

describe('POST /v1/backfills', () => {
  it('writes a backfill with its runs and tasks and answers where it is', async () => {
    const created = await post({ ...RANGE, slice: 'day' });
    expect(created.status).toBe(202);
    expect(created.body).toMatchObject({
      state: 'planned',
      runs: WEEKDAYS,
      tasks: WEEKDAYS * graph.names.length,
      partitions: WEEKDAYS * graph.names.length,
    });
    expect(created.headers.get('location')).toBe(`/v1/backfills/${created.body.id}`);
    const found = await api.send('GET', created.headers.get('location') ?? '');
    expect(found.body).toMatchObject({
      id: created.body.id,
      ...RANGE,
      assets: [...graph.names],
      only: 'missing',
      slice: 'day',
      maxConcurrentRuns: 4,
      order: 'oldest',
      partitions: { total: WEEKDAYS * graph.names.length, done: 0 },
      requests: {},
    });
    expect(found.body.createdAt).toMatch(/^\d{4}-.*Z$/);
  });

  it('estimates the requests of every provider, and no time before any experience', async () => {
    const { body } = await post(RANGE);
    expect(Object.keys(body.estimate.requestsPerProvider).sort()).toEqual([
      'b3',
      'bcb_ptax',
      'bcb_sgs',
      'fred',
      'treasury',
      'yahoo',
    ]);
    for (const count of Object.values(body.estimate.requestsPerProvider)) expect(count).toBeGreaterThan(0);
    expect(body.estimate.minutes).toBeNull();
  });

  it('adds the upstream of the selected assets', async () => {
    const { body } = await post({ ...RANGE, assets: ['silver_macro'] });
    const found = await api.send('GET', `/v1/backfills/${body.id}`);
    expect(found.body.assets).toEqual(['bronze_bcb_sgs', 'bronze_fred', 'silver_macro']);
    expect(Object.keys(body.estimate.requestsPerProvider).sort()).toEqual(['bcb_sgs', 'fred']);
  });

  it('leaves out what is materialized', async () => {
    await api.db.execute(sql`
      insert into materializations (asset, partition, state, task_id, run_id)
      select asset, d::date, 'fresh', gen_random_uuid(), gen_random_uuid()
      from unnest(${sql.param([...graph.names])}::text[]) as asset, generate_series('2022-06-01'::timestamp, '2022-06-30', '1 day') as day(d)
      where extract(isodow from d) < 6`);
    const { status, body } = await post(RANGE);
    expect(status).toBe(202);
    expect(body).toMatchObject({
      state: 'succeeded',
      runs: 0,
      tasks: 0,
      partitions: 0,
      estimate: { requestsPerProvider: {} },
    });
  });

  it('plans without writing when it is a dry run', async () => {
    const dry = await post({ ...RANGE, dryRun: true });
    expect(dry.status).toBe(200);
    expect(dry.body).toMatchObject({ dryRun: true, runs: 1, tasks: 14, partitions: WEEKDAYS * 14 });
    expect(dry.body.plan).toEqual([{ ...RANGE, tasks: 14, partitions: WEEKDAYS * 14 }]);
    expect([await countRows('backfills'), await countRows('runs'), await countRows('tasks')]).toEqual([
      0, 0, 0,
    ]);
    const real = await post(RANGE);
    expect(real.body.estimate).toEqual(dry.body.estimate);
  });

  it('gives one backfill to fifty requests with one idempotency key', async () => {
    const key = { 'Idempotency-Key': 'fifty-at-once' };
    const answers = await Promise.all(Array.from({ length: 50 }, () => post(RANGE, key)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect([await countRows('backfills'), await countRows('tasks')]).toEqual([1, 14]);
  });

  it('takes a request with its defaults written out for the same, and refuses another under the same key', async () => {
    const key = { 'Idempotency-Key': 'k-1' };
    const first = await post(RANGE, key);
    const spelled = await post(
      { order: 'oldest', ...RANGE, only: 'missing', assets: graph.names.toReversed() },
      key,
    );
    expect(spelled.body.id).toBe(first.body.id);
    const other = await post({ ...RANGE, slice: 'day' }, key);
    expect(other.status).toBe(409);
    expect(other.body).toMatchObject({ type: '/problems/idempotency-conflict', status: 409 });
    expect(await countRows('backfills')).toBe(1);
  });

  it.each([
    ['an unknown field', { ...RANGE, color: 'red' }, ['#/color']],
    ['no range', {}, ['#/from', '#/to']],
    ['a day that does not exist', { from: '2022-02-30', to: '2022-06-30' }, ['#/from']],
    ['a year that PostgreSQL does not know', { from: '0000-01-03', to: '2022-06-30' }, ['#/from']],
    ['a range that ends before it begins', { from: '2022-06-30', to: '2022-06-01' }, ['#/to']],
    ['a start before the first partition', { from: '2009-12-31', to: '2022-06-01' }, ['#/from']],
    ['an end after the last complete partition', { from: '2022-06-01', to: '2022-07-01' }, ['#/to']],
    ['a weekend', { from: '2022-06-25', to: '2022-06-26' }, ['#/to']],
    ['an unknown asset', { ...RANGE, assets: ['bronze_fred', 'gold'] }, ['#/assets/1']],
    ['no asset', { ...RANGE, assets: [] }, ['#/assets']],
    [
      'wrong options',
      { ...RANGE, only: 'some', slice: 'week', order: 'up', maxConcurrentRuns: 0 },
      ['#/only', '#/slice', '#/maxConcurrentRuns', '#/order'],
    ],
    ['half a run', { ...RANGE, maxConcurrentRuns: 1.5 }, ['#/maxConcurrentRuns']],
    ['a list', [], ['#']],
  ])('refuses %s and names the fields', async (_name, body, pointers) => {
    const { status, headers, body: problem } = await post(body);
    expect(status).toBe(400);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(problem).toMatchObject({ type: '/problems/invalid-request', status: 400 });
    expect(problem.errors.map((error) => error.pointer)).toEqual(pointers);
    expect(await countRows('backfills')).toBe(0);
  });

  it('accepts a range whose ends fall on weekends', async () => {
    const { status, body } = await post({ from: '2022-06-18', to: '2022-06-26', assets: ['bronze_fred'] });
    expect([status, body.partitions]).toEqual([202, 5]);
  });

  it('refuses an idempotency key that is empty or too long', async () => {
    for (const key of ['', 'x'.repeat(201), 'a b']) {
      const { status, body } = await post(RANGE, { 'Idempotency-Key': key });
      expect([status, body.errors[0]?.header]).toEqual([400, 'Idempotency-Key']);
    }
  });
});

describe('GET /v1/backfills', () => {
  it('lists the newest first, page by page', async () => {
    const ids: string[] = [];
    for (let day = 1; day <= 3; day += 1) {
      ids.unshift((await post({ from: `2022-06-0${day}`, to: `2022-06-0${day}` })).body.id);
    }
    const first = await api.send('GET', '/v1/backfills?limit=2');
    const second = await api.send('GET', `/v1/backfills?limit=2&cursor=${first.body.nextCursor}`);
    expect([...first.body.data, ...second.body.data].map(({ id }) => id)).toEqual(ids);
    expect(second.body.nextCursor).toBeNull();
  });

  it('names requests by provider, and estimates time from the last finished backfill', async () => {
    const { body } = await post(RANGE);
    await api.db.execute(
      sql`update tasks set state = 'succeeded', done = partitions, requests = 7 where asset = 'bronze_b3_market_data'`,
    );
    await api.db.execute(sql`
      update backfills set state = 'succeeded', started_at = now() - interval '11 seconds', finished_at = now()`);
    const found = await api.send('GET', `/v1/backfills/${body.id}`);
    expect(found.body).toMatchObject({
      requests: { b3: 7 },
      tasks: { succeeded: 1, pending: 13 },
      partitions: { done: WEEKDAYS },
    });
    expect(found.body.rate).toBeCloseTo(WEEKDAYS / 11);
    const next = await post({ ...RANGE, dryRun: true });
    expect(next.body.estimate.minutes).toBeCloseTo((WEEKDAYS * 14) / (WEEKDAYS / 11) / 60, 1);
  });

  it('answers 404 for one that does not exist', async () => {
    for (const id of ['2b6f0c1e-6f0e-4f7b-9b38-3b1f6f9c2d11', 'nonsense', '%00']) {
      const { status, body } = await api.send('GET', `/v1/backfills/${id}`);
      expect([status, body.type]).toEqual([404, '/problems/not-found']);
    }
  });
});
