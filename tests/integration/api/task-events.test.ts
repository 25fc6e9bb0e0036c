import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type Row, type RunningApi } from './running-api.ts';

let api: RunningApi;
const runs = new Map<string, string>();

const EVENTS = [
  ['bronze_fred', 'started', '2022-06-01T10:00:00Z', { worker: 'bronze-1', crashes: 0 }],
  ['bronze_fred', 'retrying', '2022-06-01T10:01:00Z', { message: 'GET api.stlouisfed.org: got HTTP 503' }],
  ['bronze_fred', 'failed', '2022-06-02T23:59:59Z', { reason: 'US_NFP_TOTAL (PAYEMS): got HTTP 429' }],
  ['silver_macro', 'skipped', '2022-06-03T00:00:00Z', { reason: 'upstream_failed: bronze_fred' }],
  ['silver_macro', 'failed', '2022-06-04T08:00:00Z', { message: String.raw`expected "100%", got C:\x` }],
] as const;

beforeAll(async () => {
  api = await startApi();
  for (const asset of ['bronze_fred', 'silver_macro']) {
    const { body } = await api.send('POST', '/v1/runs', {
      body: { partition: '2022-06-30', assets: [asset] },
    });
    runs.set(asset, body.id);
  }
  for (const [asset, kind, at, detail] of EVENTS) {
    await api.db.execute(sql`
      insert into task_events (task_id, run_id, at, kind, attempt, fence, detail)
      select id, run_id, ${at}, ${kind}, 1, 1, ${JSON.stringify(detail)}::jsonb from tasks where asset = ${asset}`);
  }
});
afterAll(() => api.close());

const find = async (query: Record<string, string>): Promise<readonly Row[]> =>
  (await api.send('GET', `/v1/task-events?${new URLSearchParams(query).toString()}`)).body.data;

/** Places in EVENTS of what was found. */
const places = async (query: Record<string, string>): Promise<number[]> => {
  const found = await find(query);
  return found.map(({ at }) => EVENTS.findIndex((event) => Date.parse(event[2]) === Date.parse(String(at))));
};

describe('GET /v1/task-events', () => {
  it('lists the newest first, with what they belong to', async () => {
    expect(await places({})).toEqual([4, 3, 2, 1, 0]);
    const [newest] = await find({});
    expect(newest).toMatchObject({ asset: 'silver_macro', kind: 'failed', runId: runs.get('silver_macro') });
  });

  it.each([
    ['a key of a provider', 'US_NFP_TOTAL', [2]],
    ['a part of a key', 'nfp_tot', [2]],
    ['a status', '503', [1]],
    ['a part of a host', 'stlouisfed', [1]],
    ['words in any order', 'HTTP got', [2, 1]],
    ['quotes, backslashes and wildcards as they are', String.raw`"100%" C:\x`, [4]],
    ['nothing for a wildcard', 'HTTP_503', []],
  ])('finds %s', async (_what, q, expected) => {
    expect(await places({ q })).toEqual(expected);
  });

  it('narrows by run, asset, kind and time', async () => {
    expect(await places({ runId: runs.get('bronze_fred') ?? '' })).toEqual([2, 1, 0]);
    expect(await places({ asset: 'silver_macro' })).toEqual([4, 3]);
    expect(await places({ kind: 'failed', q: 'HTTP' })).toEqual([2]);
    expect(await places({ from: '2022-06-02', to: '2022-06-02' })).toEqual([2]);
    expect(await places({ from: '2022-06-01T10:01:00Z', to: '2022-06-02T20:59:59-03:00' })).toEqual([2, 1]);
  });

  it('goes on where a page ended', async () => {
    const seen: unknown[] = [];
    let cursor = '';
    do {
      const { body } = await api.send('GET', `/v1/task-events?limit=2${cursor}`);
      seen.push(...body.data.map(({ id }) => id));
      cursor = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`;
    } while (cursor !== '');
    expect(new Set(seen).size).toBe(EVENTS.length);
    expect(seen).toEqual(seen.toSorted((a, b) => Number(b) - Number(a)));
  });

  it('refuses what it does not understand', async () => {
    for (const query of ['from=yesterday', 'asset=gold', 'runId=1', 'q=', 'limit=0', 'color=red']) {
      const { status, body } = await api.send('GET', `/v1/task-events?${query}`);
      expect([query, status, body.errors[0]?.parameter]).toEqual([query, 400, query.split('=')[0]]);
    }
  });

  it('answers a search from the index of the texts', async () => {
    const plan = await api.db.transaction(async (tx) => {
      await tx.execute(sql`set local enable_seqscan = off`);
      return tx.execute(sql`explain select from task_events where detail::text ilike '%stlouisfed%'`);
    });
    expect(JSON.stringify(plan.rows)).toContain('task_events_by_text');
  });
});
