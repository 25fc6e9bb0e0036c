import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { graph } from '../../../shared/pipeline/graph.ts';
import { listWeekdays } from '../../../shared/time.ts';
import { waitFor } from '../../helpers/pipeline.ts';
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

/** Rows of every table. */
async function countAllRows(): Promise<ReadonlyMap<string, number>> {
  const tables = await api.db.execute<{ name: string }>(
    sql`select table_name as name from information_schema.tables where table_schema = 'public' order by 1`,
  );
  const counts = new Map<string, number>();
  for (const { name } of tables.rows) counts.set(name, await countRows(name));
  return counts;
}

const post = (body: unknown, headers: Record<string, string> = {}) =>
  api.send('POST', '/v1/backfills', { body, headers });

/** Asks again where no connection was free in time, which so many at once may find on a busy machine. */
const postPatiently = (body: unknown, headers: Record<string, string>) =>
  waitFor('an answer other than 503', async () => {
    const answer = await post(body, headers);
    return answer.status !== 503 && answer;
  });

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

  it('estimates requests by provider, time and memory before any experience', async () => {
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
    expect(body.estimate.minutes).toBeGreaterThan(0);
    expect(body.estimate.redisBytes).toBeGreaterThan(0);
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
    const before = await countAllRows();
    const keys = await api.redis.dbsize();
    const dry = await post({ ...RANGE, dryRun: true }, { 'Idempotency-Key': 'dry' });
    expect(dry.status).toBe(200);
    expect(dry.body).toMatchObject({ dryRun: true, runs: 1, tasks: 14, partitions: WEEKDAYS * 14 });
    expect(dry.body.plan).toEqual([{ ...RANGE, tasks: 14, partitions: WEEKDAYS * 14 }]);
    expect(await countAllRows()).toEqual(before);
    expect(await api.redis.dbsize()).toBe(keys);
    const real = await post(RANGE, { 'Idempotency-Key': 'dry' });
    expect(real.body.estimate).toEqual(dry.body.estimate);
    expect((await countAllRows()).get('backfills'), 'the count sees what is written').toBe(1);
  });

  it('gives one backfill to fifty requests with one idempotency key', async () => {
    const key = { 'Idempotency-Key': 'fifty-at-once' };
    const answers = await Promise.all(Array.from({ length: 50 }, () => postPatiently(RANGE, key)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect([await countRows('backfills'), await countRows('tasks')]).toEqual([1, 14]);
  });

  it('lets one of two bodies win when fifty requests bring both under one key, and refuses the other', async () => {
    const key = { 'Idempotency-Key': 'two-bodies' };
    const bodies = [RANGE, { ...RANGE, slice: 'day' }];
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        postPatiently(bodies[index % 2], key).then((answer) => ({ index, answer })),
      ),
    );
    const accepted = answers.filter(({ answer }) => answer.status === 202);
    const refused = answers.filter(({ answer }) => answer.status === 409);
    expect([accepted.length, refused.length]).toEqual([25, 25]);
    expect(new Set(accepted.map(({ index }) => index % 2)).size).toBe(1);
    expect(new Set(accepted.map(({ answer }) => JSON.stringify(answer.body))).size).toBe(1);
    expect(await countRows('backfills')).toBe(1);
  });

  it('gives the first answer again after the backfill has gone on', async () => {
    const key = { 'Idempotency-Key': 'later' };
    const first = await post(RANGE, key);
    await api.db.execute(
      sql`update tasks set state = 'succeeded', done = partitions, started_at = now(), finished_at = now()`,
    );
    await api.db.execute(
      sql`update backfills set state = 'succeeded', started_at = now(), finished_at = now()`,
    );
    const again = await post(RANGE, key);
    expect([again.status, again.body]).toEqual([202, first.body]);
  });

  it('computes what has failed, and only that, when it is asked for', async () => {
    await api.db.execute(sql`
      insert into materializations (asset, partition, state, task_id, run_id) values
        ('bronze_fred', '2022-06-01', 'failed', gen_random_uuid(), gen_random_uuid()),
        ('bronze_fred', '2022-06-02', 'fresh', gen_random_uuid(), gen_random_uuid()),
        ('bronze_fred', '2022-06-24', 'failed', gen_random_uuid(), gen_random_uuid())`);
    const wanted = { ...RANGE, assets: ['bronze_fred'], dryRun: true };
    const of = async (only: string, slice: string) => (await post({ ...wanted, only, slice })).body;
    expect(await of('failed', 'day')).toMatchObject({ runs: 2, tasks: 2, partitions: 2 });
    expect(await of('failed', 'month')).toMatchObject({ runs: 1, tasks: 1, partitions: 2 });
    expect(await of('missing', 'day')).toMatchObject({ runs: WEEKDAYS - 1, partitions: WEEKDAYS - 1 });
    expect(await of('all', 'quarter')).toMatchObject({ runs: 1, tasks: 1, partitions: WEEKDAYS });
  });

  it('orders the runs as asked and cuts them at the borders of the slices', async () => {
    const plan = async (options: object) =>
      (await post({ from: '2021-11-13', to: '2022-02-06', dryRun: true, ...options })).body['plan'];
    const range = (from: string, to: string): unknown => expect.objectContaining({ from, to });
    expect(await plan({ slice: 'month', order: 'newest' })).toEqual([
      range('2022-02-01', '2022-02-04'),
      range('2022-01-03', '2022-01-31'),
      range('2021-12-01', '2021-12-31'),
      range('2021-11-15', '2021-11-30'),
    ]);
    expect(await plan({ slice: 'quarter' })).toEqual([
      range('2021-11-15', '2021-12-31'),
      range('2022-01-03', '2022-02-04'),
    ]);
    expect(await plan({ slice: 'year', order: 'newest' })).toEqual([
      range('2022-01-03', '2022-02-04'),
      range('2021-11-15', '2021-12-31'),
    ]);
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

  it('shows requests by provider, and the rate per minute of all its time once it has ended', async () => {
    const { body } = await post(RANGE);
    await api.db.execute(
      sql`update tasks set state = 'succeeded', done = partitions, requests = 7 where asset = 'bronze_b3_market_data'`,
    );
    await api.db.execute(sql`
      update backfills set state = 'succeeded', started_at = now() - interval '11 minutes', finished_at = now()`);
    const found = await api.send('GET', `/v1/backfills/${body.id}`);
    expect(found.body).toMatchObject({
      requests: { b3: 7 },
      tasks: { succeeded: 1, pending: 13 },
      partitions: { done: WEEKDAYS },
      estimate: body.estimate,
      eta: null,
    });
    expect(found.body.rate).toBeCloseTo(WEEKDAYS / 11);
  });

  it('counts only what was done lately in the rate of one that runs, and expects its end at that rate', async () => {
    const { body } = await post(RANGE);
    const finish = (asset: string, ago: string) =>
      api.db.execute(sql`
        update tasks set state = 'succeeded', done = partitions, finished_at = now() - ${ago}::interval where asset = ${asset}`);
    const show = async () => (await api.send('GET', `/v1/backfills/${body.id}`)).body;
    expect(await show()).toMatchObject({ rate: null, eta: null });
    await api.db.execute(
      sql`update backfills set state = 'running', started_at = now() - interval '3 hours'`,
    );
    await finish('bronze_fred', '2 hours');
    expect(await show()).toMatchObject({ rate: 0, eta: null, partitions: { done: WEEKDAYS } });
    await finish('bronze_yahoo', '1 minute');
    const { rate, eta } = await show();
    expect(rate).toBeCloseTo(WEEKDAYS / 15, 1);
    const minutesLeft = (Date.parse(String(eta)) - Date.now()) / 60_000;
    expect(minutesLeft).toBeCloseTo((12 * WEEKDAYS) / (WEEKDAYS / 15), -1);
    await api.db.execute(sql`update backfills set state = 'paused'`);
    expect(await show()).toMatchObject({ eta: null });
  });

  it('counts the rate of one that goes on after a retry from then on, and not the time between', async () => {
    const { body } = await post(RANGE);
    await api.db.execute(sql`update backfills set state = 'running', started_at = now() - interval '3 days'`);
    await api.db.execute(sql`
      update tasks set state = 'succeeded', done = partitions, queued_at = now() - interval '3 days',
        finished_at = now() - interval '2 days' where asset = 'bronze_fred'`);
    await api.db.execute(sql`
      update tasks set state = 'succeeded', done = partitions, queued_at = now() - interval '10 minutes',
        finished_at = now() - interval '1 minute' where asset = 'bronze_yahoo'`);
    const found = await api.send('GET', `/v1/backfills/${body.id}`);
    expect(found.body['rate']).toBeCloseTo(WEEKDAYS / 10, 0);
  });

  it('estimates time from how fast tasks were computed while any was', async () => {
    await post({ from: '2022-05-02', to: '2022-05-31' });
    await api.db.execute(sql`
      update tasks set state = 'succeeded', done = partitions, finished_at = timestamptz '2022-06-01 12:02Z',
        started_at = case asset when 'silver_macro' then timestamptz '2022-06-01 12:00Z' else '2022-06-01 12:01Z' end
      where asset in ('silver_macro', 'silver_returns')`);
    const days = listWeekdays('2022-05-02', '2022-05-31').length;
    const budget = { ...RANGE, dryRun: true, assets: ['agent_inflation'] };
    const { body } = await post(budget);
    // 44 partitions in two minutes, and only silver and agents are computed: bronze waits for its budgets.
    const computed = (WEEKDAYS * 4) / ((2 * days) / 2);
    const slowest = (body.estimate.requestsPerProvider['fred'] ?? 0) / (1.8 * 0.8) / 60;
    const exchange = (body.estimate.requestsPerProvider['b3'] ?? 0) / (2 * 0.8) / 60;
    expect(body.estimate.minutes).toBeCloseTo(Math.max(computed, slowest, exchange), 1);
  });

  it('answers 404 for one that does not exist', async () => {
    for (const id of ['2b6f0c1e-6f0e-4f7b-9b38-3b1f6f9c2d11', 'nonsense', '%00']) {
      const { status, body } = await api.send('GET', `/v1/backfills/${id}`);
      expect([status, body.type]).toEqual([404, '/problems/not-found']);
    }
  });
});
