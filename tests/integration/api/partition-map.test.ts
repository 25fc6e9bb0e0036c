import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAP_WORDS, type MapLetter } from '../../../shared/contract/partition-map.ts';
import { graph } from '../../../shared/pipeline/graph.ts';
import { FIRST_PARTITION, listWeekdays } from '../../../shared/time.ts';
import {
  fillHistory,
  FULL_HISTORY_CELLS,
  FULL_HISTORY_END,
  FULL_HISTORY_NOW,
} from '../../helpers/full-history.ts';
import { startApi, type Row, type RunningApi } from './running-api.ts';

let api: RunningApi;

beforeAll(async () => {
  api = await startApi({ now: FULL_HISTORY_NOW });
  await fillHistory(api.db);
});
afterAll(() => api.close());

interface MapAnswer {
  readonly from: string;
  readonly to: string;
  readonly assets: readonly { readonly asset: string; readonly states: string }[];
}

const askMap = async (query = ''): Promise<MapAnswer> =>
  (await api.send('GET', `/v1/partitions/map${query}`)).body as unknown as MapAnswer;

/** The word that a cell of the grid has on the map. */
function wordOf({ state, reason, blocked, degraded, stale }: Row): unknown {
  const flag = Object.entries({ blocked, degraded, stale }).find(([, isSet]) => isSet === true)?.[0];
  return flag ?? (state === 'no_data_expected' ? reason : state);
}

describe('GET /v1/partitions/map', () => {
  it('has a letter for every weekday of every asset, from the first to the last complete one', async () => {
    const { from, to, assets } = await askMap();
    expect([from, to]).toEqual([FIRST_PARTITION, FULL_HISTORY_END]);
    expect(assets.map(({ asset }) => asset)).toEqual(graph.names);
    expect(assets.reduce((sum, { states }) => sum + states.length, 0)).toBe(FULL_HISTORY_CELLS);
    const letters = new Set(assets.flatMap(({ states }) => states.split('')));
    expect([...letters].toSorted()).toEqual(Object.keys(MAP_WORDS).toSorted());
  });

  it('says of each cell what the grid says', async () => {
    const range = 'from=2015-01-01&to=2016-12-31';
    const { from, assets } = await askMap(`?${range}`);
    const grid = await api.send('GET', `/v1/partitions?${range}&limit=10000`);
    const days = listWeekdays(from, '2016-12-30');
    const shown = new Map(
      assets.flatMap(({ asset, states }) =>
        days.map((day, index) => [`${day} ${asset}`, MAP_WORDS[states[index] as MapLetter]] as const),
      ),
    );
    const expected = new Map(
      grid.body.data.map((cell) => [`${String(cell['partition'])} ${String(cell['asset'])}`, wordOf(cell)]),
    );
    expect(shown).toEqual(expected);
  });

  it('begins and ends on weekdays, and takes the assets that are asked for', async () => {
    const { from, to, assets } = await askMap('?from=2022-01-01&to=2022-01-09&assets=silver_macro');
    expect([from, to]).toEqual(['2022-01-03', '2022-01-07']);
    expect(assets).toEqual([{ asset: 'silver_macro', states: expect.stringMatching(/^[a-z]{5}$/) }]);
  });

  it('refuses a range that is not complete', async () => {
    const { status, body } = await api.send('GET', '/v1/partitions/map?to=2026-11-23');
    expect([status, body.errors[0]?.parameter]).toEqual([400, 'to']);
  });
});

describe('GET /v1/partitions/{asset}/{partition}', () => {
  it('shows a partition with everything upstream of it, and the task that tried last', async () => {
    const created = await api.send('POST', '/v1/runs', {
      body: { partition: '2021-11-12', assets: ['silver_macro'] },
    });
    const { status, body } = await api.send('GET', '/v1/partitions/silver_macro/2021-11-12');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      asset: 'silver_macro',
      partition: '2021-11-12',
      task: { runId: created.body.id, state: 'pending', reason: null },
      upstreams: [
        { asset: 'bronze_bcb_sgs', task: null },
        { asset: 'bronze_fred', task: null },
      ],
    });
  });

  it.each([
    ['/v1/partitions/silver_macro/2021-11-13', 'not a weekday'],
    ['/v1/partitions/silver_macro/2026-11-23', 'last complete partition'],
    ['/v1/partitions/silver_macro/2021-11-31', 'no partition'],
    ['/v1/partitions/nothing/2021-11-12', 'no asset'],
  ])('has nothing at %s: %s', async (path, detail) => {
    const { status, body } = await api.send('GET', path);
    expect([status, body['detail']]).toEqual([404, expect.stringContaining(detail)]);
  });
});
