import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { storeTaskKeys } from '../../../shared/db/task-keys.ts';
import { graph } from '../../../shared/pipeline/graph.ts';
import { claimTask, dispatchRun, endAttempt, recordEvent } from '../../../shared/pipeline/runs.ts';
import { listWeekdays } from '../../../shared/time.ts';
import { startApi, type Row, type RunningApi } from './running-api.ts';

let api: RunningApi;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());
beforeEach(() => api.db.execute(sql`truncate tasks, task_events, runs, backfills, materializations cascade`));

const post = (body: unknown) => api.send('POST', '/v1/runs', { body });

describe('POST /v1/runs', () => {
  it('plans a manual run of every asset', async () => {
    const created = await post({ partition: '2022-06-30' });
    expect(created.status).toBe(202);
    expect(created.headers.get('location')).toBe(`/v1/runs/${created.body.id}`);
    expect(created.body).toMatchObject({
      kind: 'manual',
      state: 'planned',
      backfillId: null,
      from: '2022-06-30',
      to: '2022-06-30',
      taskCounts: { pending: 14 },
      partitions: { total: 14, done: 0 },
    });
  });

  it('plans only the named assets', async () => {
    const { body } = await post({
      partition: '2022-06-30',
      assets: ['silver_curves', 'bronze_treasury_gov'],
    });
    const found = await api.send('GET', `/v1/runs/${body.id}`);
    expect(found.body.tasks.map((task) => task.asset)).toEqual(['bronze_treasury_gov', 'silver_curves']);
  });

  it.each([
    ['a weekend', { partition: '2022-06-26' }, '#/partition'],
    ['a partition that is not complete', { partition: '2022-07-01' }, '#/partition'],
    ['a partition before the first', { partition: '2009-12-31' }, '#/partition'],
    ['a range', { partition: '2022-06-30', to: '2022-06-30' }, '#/to'],
    ['an unknown asset', { partition: '2022-06-30', assets: ['x'] }, '#/assets/0'],
  ])('refuses %s', async (_name, body, pointer) => {
    const { status, body: problem } = await post(body);
    expect(status).toBe(400);
    expect(problem.errors.map((error) => error.pointer)).toEqual([pointer]);
  });
});

describe('GET /v1/runs', () => {
  it('shows what became of every task, with its history', async () => {
    const { body } = await post({ partition: '2022-06-30', assets: ['bronze_fred', 'silver_macro'] });
    const dispatched = await api.db.transaction((tx) => dispatchRun(tx, body.id));
    const fred = dispatched?.tasks.find((task) => task.asset === 'bronze_fred');
    if (fred === undefined) throw new Error('not dispatched');
    const claimed = await claimTask(api.db, fred.taskId, fred.dispatch, 'worker-1');
    if (claimed === null) throw new Error('not claimed');
    await recordEvent(api.db, claimed, 'started', { crashes: 0 });
    const failure = { name: 'PermanentError', message: 'bad key', retried: false };
    await endAttempt(api.db, claimed, { state: 'failed', reason: 'bad_key', failure, rows: 3 });
    await recordEvent(api.db, claimed, 'failed', failure);
    const outcome = {
      key: 'US_FED_FUNDS',
      outcome: 'partial',
      reason: null,
      fromDate: '1990-01-01',
      toDate: '2022-06-30',
      windows: 2,
      requests: 3,
      fetched: 10,
      inserted: 4,
      revised: 1,
      unchanged: 5,
      rejected: 0,
      held: 1,
      payloadId: 7,
      error: failure,
    } as const;
    await api.db.transaction((tx) => storeTaskKeys(tx, fred.taskId, [outcome]));

    const run = await api.send('GET', `/v1/runs/${body.id}`);
    expect(run.body).toMatchObject({ state: 'running', taskCounts: { failed: 1, queued: 1 } });
    expect(run.body.tasks[0]).toMatchObject({
      asset: 'bronze_fred',
      state: 'failed',
      reason: 'bad_key',
      attempts: 1,
      rows: 3,
      keys: [outcome],
      requests: 0,
      failure,
      events: 2,
      partitions: { total: 1, done: 0 },
    });
    for (const field of ['queuedAt', 'startedAt', 'finishedAt']) {
      expect(run.body.tasks[0]?.[field]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    }
    expect(run.body.tasks[1]).toMatchObject({
      asset: 'silver_macro',
      state: 'queued',
      startedAt: null,
      events: 0,
    });

    const first = await api.send('GET', `/v1/runs/${body.id}/events?limit=1`);
    const second = await api.send(
      'GET',
      `/v1/runs/${body.id}/events?limit=1&cursor=${first.body.nextCursor}`,
    );
    const events = [...first.body.data, ...second.body.data];
    expect(events.map(({ kind, asset, attempt }) => [kind, asset, attempt])).toEqual([
      ['started', 'bronze_fred', 1],
      ['failed', 'bronze_fred', 1],
    ]);
    expect(events[1]?.['detail']).toEqual(failure);
    expect(second.body.nextCursor).toBeNull();
  });

  it('lists by state and backfill, newest first, every run once', async () => {
    const backfill = await api.send('POST', '/v1/backfills', {
      body: { from: '2022-06-01', to: '2022-06-30', slice: 'day', assets: ['bronze_fred'] },
    });
    const manual = await post({ partition: '2022-06-30' });
    const of = async (query: string): Promise<Row[]> => {
      const rows: Row[] = [];
      for (let cursor = ''; ;) {
        const page = await api.send('GET', `/v1/runs?limit=5&${query}${cursor}`);
        rows.push(...page.body.data);
        if (page.body.nextCursor === null) return rows;
        cursor = `&cursor=${page.body.nextCursor}`;
      }
    };
    const all = await of('state=planned');
    expect(all[0]?.['id']).toBe(manual.body.id);
    expect(new Set(all.map(({ id }) => id)).size).toBe(backfill.body.runs + 1);
    const ofBackfill = await of(`backfillId=${backfill.body.id}`);
    expect([ofBackfill[0]?.['from'], ofBackfill.at(-1)?.['from']]).toEqual(['2022-06-30', '2022-06-01']);
    expect(ofBackfill).toHaveLength(backfill.body.runs);
    expect(await of('state=failed')).toEqual([]);
  });

  it('refuses a filter or cursor that it does not know', async () => {
    const queries = [
      'state=lost',
      'backfillId=1',
      'limit=0',
      'limit=ten',
      'cursor=x',
      'cursor=WzFd',
      'color=red',
      'state=failed&state=failed',
    ];
    for (const query of queries) {
      const { status, body } = await api.send('GET', `/v1/runs?${query}`);
      expect([query, status, body.errors[0]?.parameter]).toEqual([query, 400, query.split('=')[0]]);
    }
  });

  it('answers 404 for one that does not exist', async () => {
    for (const path of ['/v1/runs/nonsense', '/v1/runs/2b6f0c1e-6f0e-4f7b-9b38-3b1f6f9c2d11/events']) {
      expect((await api.send('GET', path)).status).toBe(404);
    }
  });
});

describe('the graph and its partitions', () => {
  const DAYS = ['2022-06-28', '2022-06-29', '2022-06-30'];
  const STORED = [
    ['bronze_fred', '2022-06-28', 'fresh', null, true],
    ['bronze_fred', '2022-06-29', 'no_data_expected', 'holiday', false],
    ['bronze_b3_market_data', '2022-06-29', 'no_data_expected', 'not_recorded', false],
    ['bronze_fred', '2022-06-30', 'failed', 'crash_loop', false],
  ] as const;
  beforeEach(async () => {
    for (const [asset, partition, state, reason, degraded] of STORED) {
      await api.db.execute(sql`
        insert into materializations (asset, partition, state, reason, degraded, rows, task_id, run_id)
        values (${asset}, ${partition}, ${state}, ${reason}, ${degraded}, 9, gen_random_uuid(), gen_random_uuid())`);
    }
  });
  const range = `from=${DAYS[0]}&to=${DAYS[2]}`;

  it('counts every asset of the graph, in its order', async () => {
    const { body } = await api.send('GET', `/v1/partitions?${range}&summary=true`);
    expect(body.data.map(({ asset }) => asset)).toEqual([...graph.names]);
    const none = { holiday: 0, not_released: 0, not_recorded: 0 };
    expect(body.data.slice(0, 2)).toEqual([
      {
        asset: 'bronze_bcb_sgs',
        fresh: 0,
        noDataExpected: none,
        failed: 0,
        missing: 3,
        degraded: 0,
        stale: 0,
      },
      {
        asset: 'bronze_fred',
        fresh: 1,
        noDataExpected: { ...none, holiday: 1 },
        failed: 1,
        missing: 0,
        degraded: 1,
        stale: 0,
      },
    ]);
  });

  it('lists the grid with what is missing, page by page', async () => {
    const query = `${range}&assets=bronze_b3_market_data,bronze_fred`;
    const cells: Row[] = [];
    let cursor = '';
    do {
      const page = await api.send('GET', `/v1/partitions?${query}&limit=4${cursor}`);
      cells.push(...page.body.data);
      cursor = page.body.nextCursor === null ? '' : `&cursor=${page.body.nextCursor}`;
    } while (cursor !== '');
    expect(cells.map(({ partition, asset, state, reason }) => [partition, asset, state, reason])).toEqual([
      ['2022-06-28', 'bronze_fred', 'fresh', null],
      ['2022-06-28', 'bronze_b3_market_data', 'missing', null],
      ['2022-06-29', 'bronze_fred', 'no_data_expected', 'holiday'],
      ['2022-06-29', 'bronze_b3_market_data', 'no_data_expected', 'not_recorded'],
      ['2022-06-30', 'bronze_fred', 'failed', 'crash_loop'],
      ['2022-06-30', 'bronze_b3_market_data', 'missing', null],
    ]);
    expect(cells[0]).toMatchObject({ degraded: true, stale: false, rows: 9 });
  });

  it('lists every cell of a long range once, whatever the size of the pages', async () => {
    const wanted = listWeekdays('2022-05-01', '2022-06-30').flatMap((partition) =>
      graph.names.map((asset) => `${partition} ${asset}`),
    );
    for (const limit of [1, 13, 14, 71]) {
      const cells: string[] = [];
      const pages = limit === 1 ? 20 : Number.POSITIVE_INFINITY;
      let cursor = '';
      for (let page = 0; page < pages; page += 1) {
        const path = `/v1/partitions?from=2022-05-01&to=2022-06-30&limit=${limit}${cursor}`;
        const { body } = await api.send('GET', path);
        cells.push(...body.data.map(({ partition, asset }) => `${String(partition)} ${String(asset)}`));
        if (body.nextCursor === null) break;
        cursor = `&cursor=${body.nextCursor}`;
      }
      expect(cells, `pages of ${limit}`).toEqual(wanted.slice(0, limit === 1 ? pages : undefined));
    }
  });

  it('refuses a range that has no partitions yet', async () => {
    for (const [query, parameter] of [
      ['from=2022-06-01&to=2022-07-01', 'to'],
      ['from=2009-01-01&to=2022-06-01', 'from'],
      ['from=2022-06-01', 'to'],
      [`${range}&assets=gold`, 'assets'],
    ]) {
      const { status, body } = await api.send('GET', `/v1/partitions?${query}`);
      expect([status, body.errors[0]?.parameter]).toEqual([400, parameter]);
    }
  });

  it('describes an asset with its edges, queue and counts', async () => {
    const { body } = await api.send('GET', '/v1/assets/bronze_fred');
    expect(body).toMatchObject({
      key: 'bronze_fred',
      layer: 'bronze',
      queue: 'bronze',
      reads: [],
      readBy: ['silver_macro'],
      partitions: { fresh: 1, noDataExpected: { holiday: 1 }, failed: 1 },
    });
    const all = await api.send('GET', '/v1/assets');
    expect(all.body.data.map(({ key }) => key)).toEqual([...graph.names]);
    expect(all.body.data[1]).toEqual(body);
    expect(all.body.data.flatMap(({ reads }) => reads)).toHaveLength(29);
    expect((await api.send('GET', '/v1/assets/constructor')).status).toBe(404);
  });
});
