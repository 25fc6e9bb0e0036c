import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from 'drizzle-orm';
import { requestBackfill } from '../../helpers/backfills.ts';
import { startApi, type RunningApi } from './running-api.ts';

let api: RunningApi;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

describe('GET /v1/backfills/{id}/assets', () => {
  it('sums tasks, partitions, rows and requests of each asset, in the order of the graph', async () => {
    const id = await requestBackfill(api.db, '2022-01-03', '2022-02-28', { assets: ['silver_macro'] });
    await api.db.execute(sql`
      update tasks set state = 'succeeded', done = partitions, rows = 7, requests = 3
      where asset = 'bronze_fred' and run_id = (select id from runs where backfill_id = ${id} and position = 0)`);
    const { status, body } = await api.send('GET', `/v1/backfills/${id}/assets`);
    const waiting = {
      tasks: { pending: 2 },
      partitions: { total: 41, done: 0 },
      rows: 0,
      requests: 0,
    };
    expect(status).toBe(200);
    expect(body.data).toEqual([
      { asset: 'bronze_bcb_sgs', ...waiting },
      {
        asset: 'bronze_fred',
        tasks: { succeeded: 1, pending: 1 },
        partitions: { total: 41, done: 21 },
        rows: 7,
        requests: 3,
      },
      { asset: 'silver_macro', ...waiting },
    ]);
  });

  it('has nothing for a backfill that there is not', async () => {
    const { status } = await api.send('GET', '/v1/backfills/2b6f0c1e-6f0e-4f7b-9b38-3b1f6f9c2d11/assets');
    expect(status).toBe(404);
  });
});
