import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../../shared/client/client.ts';
import { graph } from '../../../shared/pipeline/graph.ts';
import { startApi, type RunningApi } from './running-api.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

describe('GET /v1/assets/{key}/tables', () => {
  it.each(graph.names)('says what the columns of %s mean', async (key) => {
    const { data } = await createClient({ baseUrl: api.url }).listAssetTables({ params: { key } });
    expect(data.length).toBeGreaterThan(0);
    for (const { description, columns } of data) {
      expect(description).not.toBe('');
      expect(columns.filter((column) => column.description.length < 5)).toEqual([]);
    }
  });

  it('lists tables in their order, and columns with types', async () => {
    const client = createClient({ baseUrl: api.url });
    const { data } = await client.listAssetTables({ params: { key: 'silver_curves' } });
    expect(data.map(({ table }) => table)).toEqual([
      'silver_curve_point',
      'silver_curve_fit',
      'silver_curve_metric',
    ]);
    expect(data[0]?.columns[0]).toEqual({
      column: 'curve_id',
      type: 'text',
      nullable: false,
      description: expect.any(String),
    });
  });
});
