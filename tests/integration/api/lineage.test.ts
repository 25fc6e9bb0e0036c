import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getLineage, getPayload, MAX_PAYLOAD_BYTES } from '../../../shared/contract/lineage.ts';
import { recordExchange } from '../../../shared/db/archive.ts';
import { ingestRows, lockIngest } from '../../../shared/db/ingest.ts';
import { readUpstreamIds, storeOutcomes } from '../../../shared/db/materializations.ts';
import { registerSeries } from '../../../shared/db/series.ts';
import { storeReports } from '../../../shared/db/signals.ts';
import { listStale } from '../../../shared/db/staleness.ts';
import { codeVersionOf } from '../../../shared/pipeline/code-version.ts';
import { graph, type AssetName } from '../../../shared/pipeline/graph.ts';
import { deriveSilver } from '../../helpers/silver-tables.ts';
import { startApi, type RunningApi } from './running-api.ts';

const DAY = '2022-06-10';
const DAYS = ['2022-06-08', '2022-06-09', DAY, '2022-06-13'];
const TASK = '00000000-0000-4000-8000-0000000000aa';
const RUN = '00000000-0000-4000-8000-0000000000bb';
const BODY = Buffer.from('[{"data":"01/05/2022","valor":"0.47"}]');
const SECRET_URL = 'https://api.bcb.gov.br/dados/serie/bcdata.sgs.433/dados?api_key=REDACTED';
const RELEASED = '2022-06-09T12:00:00.000Z';

let api: RunningApi;
let payloadId: number;

const ipca = (date: string, value: string, releaseTime: string, seenAt = releaseTime) => ({
  row: {
    table: 'observations' as const,
    key: 'BR_IPCA_MOM',
    date,
    value,
    vintageAt: null,
    releaseTime: Date.parse(releaseTime),
    releaseBasis: 'calendar' as const,
  },
  payloadId,
  seenAt: Date.parse(seenAt),
  taskId: TASK,
  missedAt: null,
});

const ingest = (items: ReturnType<typeof ipca>[]) =>
  api.db.transaction(async (tx) => {
    await ingestRows(tx, 'bronze_bcb_sgs', await lockIngest(tx, 'bronze_bcb_sgs'), items);
  });

/** Stores every asset as materialized from what its upstreams are now. */
async function materializeAll(): Promise<void> {
  for (const asset of graph.names) {
    const upstreamIds = await readUpstreamIds(api.db, asset, DAYS);
    const outcomes = DAYS.map((partition) => ({ partition, state: 'fresh' as const, rows: 1 }));
    await storeOutcomes(api.db, asset, { taskId: TASK, runId: RUN }, outcomes, upstreamIds);
  }
}

async function readStale(): Promise<Record<string, string[]>> {
  const stale = await listStale(api.db, { from: DAYS[0]!, to: DAYS.at(-1)!, assets: graph.names });
  const byAsset = Map.groupBy(stale, ({ asset }) => asset);
  return Object.fromEntries(
    [...byAsset].map(([asset, cells]) => [asset, cells.map((cell) => cell.partition)]),
  );
}

const read = async (asset: AssetName, query = '') => {
  const { status, body } = await api.send('GET', `/v1/lineage/${asset}/${DAY}${query}`);
  expect(status).toBe(200);
  return getLineage.answers[200].parse(body);
};

beforeAll(async () => {
  api = await startApi();
  await registerSeries(api.db);
  payloadId = (await recordExchange(
    api.db,
    { provider: 'bcb_sgs', key: 'BR_IPCA_MOM', windowId: '2020', taskId: TASK },
    {
      part: 'observations',
      host: 'api.bcb.gov.br',
      sentAt: Date.parse(RELEASED),
      waitedMs: 0,
      latencyMs: 5,
      status: 200,
      error: null,
      answer: {
        part: 'observations',
        url: SECRET_URL,
        status: 200,
        contentType: 'application/json',
        headers: {},
        body: BODY,
        fetchedAt: Date.parse(RELEASED),
      },
    },
  ))!;
  await ingest([
    ipca('2022-04-01', '1.06', '2022-05-11T12:00:00.000Z'),
    ipca('2022-05-01', '0.47', RELEASED),
  ]);
  await deriveSilver(api, DAYS);
  const input = { key: 'BR_IPCA_MOM', lastPeriod: '2022-05', releaseTime: RELEASED };
  const upstream = {
    key: 'INFLATION_BR_SURPRISE',
    lastPeriod: null,
    from: { agent: 'agent_inflation', kind: 'signal' },
  } as const;
  await api.db.transaction((tx) =>
    storeReports(
      tx,
      [
        {
          agent: 'agent_inflation',
          partition: DAY,
          modelVersion: '1',
          status: 'complete',
          coverage: 1,
          narrative: '',
          outputs: { view: { score: 61.5, band: 'elevated' } },
          outputSources: [
            { path: 'view', units: { score: 'score' }, inputs: [input, { ...upstream, releaseTime: null }] },
          ],
          diagnostics: {},
          dataQualityFlags: [],
          signals: [
            ['INFLATION_BR_SURPRISE', [input]],
            ['INFLATION_BR_PERSISTENCE', [{ key: 'expected_ipca_12m', lastPeriod: DAY, releaseTime: null }]],
          ].map(([signalId, inputs]) => ({
            signalId: signalId as string,
            axis: 'BR_INFLATION',
            direction: 'LONG',
            strength: 'STRONG',
            confidence: 0.9,
            value: 1,
            unit: 'pp',
            horizonDays: 63,
            status: 'OK',
            reason: null,
            inputs: inputs as unknown[],
            proxies: [],
            metadata: {},
          })),
        },
      ],
      TASK,
    ),
  );
  await materializeAll();
});

afterAll(() => api?.close());

describe('the lineage of an agent', () => {
  it('leads from a signal to silver, to the value as it was known and to the hash of the answer', async () => {
    const lineage = await read('agent_inflation', '?signal=INFLATION_BR_SURPRISE');
    expect(lineage).toMatchObject({
      codeVersion: codeVersionOf('agent_inflation'),
      cutoff: '2022-06-13T09:00:00.000Z',
      stale: false,
      staleBecause: [],
      taskId: TASK,
    });
    expect(lineage.signals?.map(({ signalId }) => signalId)).toEqual(['INFLATION_BR_SURPRISE']);
    const [input] = lineage.signals![0]!.inputs;
    const level = input!.silver.items.find(({ part }) => part === 'level');
    expect(level).toMatchObject({ key: 'BR_IPCA_MOM', period: '2022-05', value: 0.47, knownAt: RELEASED });
    expect(input!.observations.items[0]).toEqual({
      table: 'observations',
      key: 'BR_IPCA_MOM',
      date: '2022-05-01',
      part: null,
      value: '0.47',
      revision: 0,
      releaseTime: RELEASED,
      releaseTimeBasis: 'calendar',
      payloadId,
    });
    expect(input!.payloadIds).toEqual([payloadId]);
    expect(lineage.payloads).toMatchObject({
      total: 1,
      items: [
        {
          id: payloadId,
          provider: 'bcb_sgs',
          url: SECRET_URL,
          sha256: createHash('sha256').update(BODY).digest('hex'),
          bytes: BODY.length,
        },
      ],
    });
  });

  it('names every upstream, as it is now, under the numbers that it was made from', async () => {
    const lineage = await read('agent_inflation');
    expect(lineage.upstreams.map(({ asset }) => asset)).toEqual(graph.names.slice(0, 9));
    const silver = lineage.upstreams.filter(({ asset }) => asset.startsWith('silver_'));
    expect(lineage.upstreamIds).toEqual(silver.map(({ id }) => id));
    const [macro] = silver;
    expect(macro?.upstreamIds).toEqual(lineage.upstreams.slice(0, 2).map(({ id }) => id));
  });

  it('has nothing behind an input that is an output of an agent', async () => {
    const lineage = await read('agent_inflation', '?signal=INFLATION_BR_PERSISTENCE');
    expect(lineage.signals![0]!.inputs[0]).toMatchObject({
      key: 'expected_ipca_12m',
      silver: { total: 0 },
      observations: { total: 0 },
      payloadIds: [],
    });
  });

  it('leads from something in an output to what the output was made of', async () => {
    const lineage = await read('agent_inflation', '?output=view.score');
    expect(lineage.signals).toEqual([]);
    expect(lineage.outputs).toMatchObject([
      {
        path: 'view',
        value: { score: 61.5, band: 'elevated' },
        units: { score: 'score' },
        inputs: [
          { key: 'BR_IPCA_MOM', observations: { total: 2 }, payloadIds: [payloadId] },
          {
            key: 'INFLATION_BR_SURPRISE',
            from: { agent: 'agent_inflation', kind: 'signal' },
            payloadIds: [],
          },
        ],
      },
    ]);
    expect(lineage.payloads.items.map(({ id }) => id)).toEqual([payloadId]);
  });

  it('has all signals and outputs where none is named, as they were stored by a day that is', async () => {
    const now = await read('agent_inflation');
    expect([now.signals?.length, now.outputs?.length]).toEqual([2, 1]);
    const before = await read('agent_inflation', '?asOf=2022-06-30');
    expect([before.signals, before.outputs]).toEqual([[], []]);
  });

  it('has the signal and the output where both are named', async () => {
    const lineage = await read('agent_inflation', '?output=view&signal=INFLATION_BR_SURPRISE');
    expect(lineage.signals?.map(({ signalId }) => signalId)).toEqual(['INFLATION_BR_SURPRISE']);
    expect(lineage.outputs?.map(({ path }) => path)).toEqual(['view']);
  });

  it.each([
    '/v1/lineage/agent_inflation/2022-06-10?output=nothing',
    '/v1/lineage/silver_macro/2022-06-10?output=view',
    '/v1/lineage/agent_inflation/2022-06-10?signal=NO_SUCH',
    '/v1/lineage/silver_macro/2022-06-10?signal=INFLATION_BR_SURPRISE',
    '/v1/lineage/agent_inflation/2022-06-10?modelVersion=9',
    '/v1/lineage/agent_inflation/2022-06-24',
    '/v1/lineage/agent_nothing/2022-06-10',
    '/v1/lineage/agent_inflation/yesterday',
    '/v1/payloads/999999',
    '/v1/payloads/x',
    '/v1/payloads/999999/body',
  ])('is a problem that says what there is not: %s', async (path) => {
    const { status, headers } = await api.send('GET', path);
    expect(status).toBe(404);
    expect(headers.get('content-type')).toContain('application/problem+json');
  });
});

describe('the lineage of silver and bronze', () => {
  it('gives the answers behind the rows that became known in the partition, and none when nothing did', async () => {
    const { body } = await api.send('GET', '/v1/lineage/silver_macro/2022-06-09');
    const lineage = getLineage.answers[200].parse(body);
    expect(lineage.sources).toEqual([
      { asset: 'bronze_bcb_sgs', rows: 1 },
      { asset: 'bronze_fred', rows: 0 },
    ]);
    expect(lineage.payloads.items.map(({ id }) => id)).toEqual([payloadId]);
    expect((await read('silver_macro')).payloads.total).toBe(0);
  });

  it('gives the keys and the answers of the task of a bronze partition', async () => {
    await api.db.execute(sql`
      insert into task_keys (task_id, key, outcome, windows, requests, fetched, inserted, rejected)
      values (${TASK}, 'BR_IPCA_MOM', 'rows', 1, 1, 2, 2, 0)`);
    const lineage = await read('bronze_bcb_sgs');
    expect(lineage.keys).toMatchObject([{ key: 'BR_IPCA_MOM', outcome: 'rows', windows: 1, inserted: 2 }]);
    expect(lineage.payloads.items.map(({ id }) => id)).toEqual([payloadId]);
  });

  it('shows one answer by its number', async () => {
    const { body } = await api.send('GET', `/v1/payloads/${payloadId}`);
    expect(getPayload.answers[200].parse(body)).toMatchObject({
      id: payloadId,
      windowId: '2020',
      isKept: true,
    });
  });
});

describe('the body of an answer', () => {
  it('comes as its provider sent it, as a file in which nothing runs', async () => {
    const response = await fetch(`${api.url}/v1/payloads/${payloadId}/body`);
    expect(response.status).toBe(200);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(new Uint8Array(BODY));
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/json',
      'content-disposition': `attachment; filename=bcb_sgs_BR_IPCA_MOM_${payloadId}.json`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    });
  });

  it('is refused where it is larger than the API gives', async () => {
    const tx = sql`update payloads set bytes = ${MAX_PAYLOAD_BYTES + 1} where id = ${payloadId}`;
    const { rows } = await api.db.execute<{ bytes: number }>(
      sql`select bytes from payloads where id = ${payloadId}`,
    );
    await api.db.execute(tx);
    const { status, body } = await api.send('GET', `/v1/payloads/${payloadId}/body`);
    await api.db.execute(sql`update payloads set bytes = ${rows[0]!.bytes} where id = ${payloadId}`);
    expect([status, body['detail']]).toEqual([
      413,
      `The body of payload ${payloadId} has ${MAX_PAYLOAD_BYTES + 1} bytes`,
    ]);
  });

  it('is not there any more once it has been pruned', async () => {
    const id = (await recordExchange(
      api.db,
      { provider: 'fred', key: 'US_SOFR', windowId: 'all', taskId: TASK },
      {
        part: 'observations',
        host: 'api.stlouisfed.org',
        sentAt: Date.parse(RELEASED),
        waitedMs: 0,
        latencyMs: 5,
        status: 200,
        error: null,
        answer: {
          part: 'observations',
          url: 'https://api.stlouisfed.org/fred/series/observations',
          status: 200,
          contentType: '',
          headers: {},
          body: new TextEncoder().encode('gone'),
          fetchedAt: Date.parse(RELEASED),
        },
      },
    ))!;
    expect((await fetch(`${api.url}/v1/payloads/${id}/body`)).headers.get('content-type')).toBe(
      'application/octet-stream',
    );
    await api.db.execute(sql`
      delete from payload_bodies where sha256 = (select sha256 from payloads where id = ${id})`);
    const { status, body } = await api.send('GET', `/v1/payloads/${id}/body`);
    expect([status, body['detail']]).toEqual([404, `The body of payload ${id} has been pruned`]);
  });
});

describe('a value of bronze that changes', () => {
  const AGENTS = graph.names.filter((name) => name.startsWith('agent_'));
  const expected = (silver: readonly string[], days: readonly string[]) =>
    Object.fromEntries([...silver, ...AGENTS].map((asset) => [asset, days]));

  it('makes the partitions stale that could have known it, of silver and the agents, and no others', async () => {
    expect(await readStale()).toEqual({});
    await ingest([ipca('2022-05-01', '0.48', RELEASED, '2022-06-10T15:00:00.000Z')]);
    expect(await readStale()).toEqual(expected(['silver_macro'], [DAY, '2022-06-13']));
    const { staleBecause } = await read('agent_inflation');
    expect(staleBecause).toEqual([{ cause: 'upstream_stale', asset: 'silver_macro' }]);
    const { upstreams } = await read('agent_inflation');
    expect(upstreams.find(({ asset }) => asset === 'silver_macro')?.staleBecause).toEqual([
      { cause: 'upstream', asset: 'bronze_bcb_sgs' },
    ]);
  });

  it('leaves the agents stale once silver has derived it, by the new outcome of silver', async () => {
    await deriveSilver(api, DAYS);
    expect((await read('agent_inflation')).staleBecause).toContainEqual({
      cause: 'upstream',
      asset: 'silver_macro',
    });
    await materializeAll();
    expect(await readStale()).toEqual({});
  });

  it('leaves everything as it is when it was released after the cutoffs', async () => {
    await ingest([ipca('2022-05-01', '0.49', RELEASED, '2022-06-15T15:00:00.000Z')]);
    expect(await readStale()).toEqual({});
  });

  it('counts from when the value was known that a vintage from before it takes the place of', async () => {
    const { row, ...item } = ipca('2022-05-01', '0.46', RELEASED, '2022-06-09T11:00:00.000Z');
    await ingest([{ ...item, row: { ...row, releaseTime: Date.parse('2022-06-09T10:30:00.000Z') } }]);
    expect(await readStale()).toEqual(expected(['silver_macro'], ['2022-06-09', DAY, '2022-06-13']));
  });
});
