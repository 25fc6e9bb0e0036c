import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FixingRow } from '../../../shared/connectors/connector.ts';
import { openDatabase, type DatabaseHandle } from '../../../shared/db/client.ts';
import { ingestRows, lockIngest } from '../../../shared/db/ingest.ts';
import { silverCurvePoint } from '../../../shared/db/schema.ts';
import { registerSeries } from '../../../shared/db/series.ts';
import { storeReports, type SignalRecord } from '../../../shared/db/signals.ts';
import { cutoffOf, listWeekdays, type Day } from '../../../shared/time.ts';
import { collectRows } from '../../helpers/recorded-rows.ts';
import { deriveSilver } from '../../helpers/silver-tables.ts';
import { startApi, type RunningApi } from '../api/running-api.ts';

const TASK = '00000000-0000-4000-8000-000000000001';
const HORIZON = 21;
const FX = '/v1/signals/FX_BR_FLOW/track-record';
/** Of a year whose fixings were all recorded; the answer is as of 2022-06-30. */
const PARTITIONS = listWeekdays('2021-03-01', '2021-10-29');

let api: RunningApi;
let database: DatabaseHandle;
let fixings: FixingRow[];

type Said = 'LONG' | 'SHORT' | 'NEUTRAL';

const directionOf = (index: number): Said =>
  (['LONG', 'SHORT', 'LONG', 'NEUTRAL', 'SHORT'] as const)[index % 5]!;

const signal = (
  signalId: string,
  axis: string,
  direction: Said,
  rest: Partial<SignalRecord> = {},
): SignalRecord => ({
  signalId,
  axis,
  direction,
  strength: 'WEAK',
  confidence: 0.4,
  value: 1,
  unit: 'z',
  horizonDays: HORIZON,
  status: 'OK',
  reason: null,
  inputs: [],
  proxies: [],
  metadata: {},
  ...rest,
});

async function store(agent: string, modelVersion: string, says: readonly (readonly [Day, SignalRecord])[]) {
  await api.db.transaction((tx) =>
    storeReports(
      tx,
      says.map(([partition, said]) => ({
        agent,
        partition,
        modelVersion,
        status: 'complete' as const,
        coverage: 1,
        narrative: '',
        outputs: {},
        outputSources: [],
        diagnostics: {},
        dataQualityFlags: [],
        signals: [said],
      })),
      TASK,
    ),
  );
}

beforeAll(async () => {
  api = await startApi();
  database = openDatabase(api.world.databaseUrl, { name: 'test', max: 2 });
  await registerSeries(api.db);
  fixings = (await collectRows('USDBRL_PTAX', '2021-01-04', '2021-12-31')).filter(
    (row): row is FixingRow =>
      row.table === 'fixings' && row.date >= '2021-01-04' && row.date <= '2021-12-31',
  );
  const items = fixings.map((row) => ({
    row: { ...row, vintageAt: null },
    seenAt: row.releaseTime ?? cutoffOf(row.date),
    payloadId: null,
    taskId: TASK,
    missedAt: null,
  }));
  await api.db.transaction(async (tx) => {
    await ingestRows(tx, 'bronze_bcb_ptax', await lockIngest(tx, 'bronze_bcb_ptax'), items);
  });
  await deriveSilver(database, ['2021-12-31']);
  await store(
    'agent_fx_equilibrium',
    '1',
    PARTITIONS.map((day, i) => [day, signal('FX_BR_FLOW', 'USDBRL', directionOf(i))]),
  );
}, 400_000);
afterAll(async () => {
  await database.close();
  await api.close();
});

/** The same by another road: positions in the list of fixings instead of a calendar, sums instead of a library. */
function reckon(until: Day) {
  const closing = new Map(fixings.map(({ date, ask }) => [date, Number(ask)]));
  const dates = [...closing.keys()].toSorted();
  const moves: { entry: number; move: number }[] = [];
  PARTITIONS.forEach((day, i) => {
    const said = directionOf(i);
    if (said === 'NEUTRAL') return;
    const entry = dates.findIndex((date) => date > day);
    const [from, to] = [dates[entry], dates[entry + HORIZON]];
    if (from === undefined || to === undefined || to > until) return;
    const percent = (Math.log(closing.get(to)!) - Math.log(closing.get(from)!)) * 100;
    moves.push({ entry, move: said === 'LONG' ? percent : -percent });
  });
  let sum = 0;
  let squares = 0;
  for (const { move } of moves) {
    sum += move;
    squares += move * move;
  }
  let apart = 0;
  let free = 0;
  for (const { entry } of moves)
    if (entry >= free) {
      apart += 1;
      free = entry + HORIZON;
    }
  const n = moves.length;
  return {
    windows: n,
    hitRate: moves.filter(({ move }) => move > 0).length / n,
    meanMove: sum / n,
    nonOverlapping: apart,
    standardError: Math.sqrt((squares - (sum * sum) / n) / (n - 1) / apart),
  };
}

describe('GET /v1/signals/:signalId/track-record', () => {
  it('equals an independent calculation over recorded fixings', async () => {
    const { status, body } = await api.send('GET', FX);
    expect(status).toBe(200);
    const { windows, hitRate, meanMove, nonOverlapping, standardError } = reckon('2021-12-31');
    expect(windows).toBeGreaterThan(130);
    expect(body).toMatchObject({
      signalId: 'FX_BR_FLOW',
      agent: 'agent_fx_equilibrium',
      axis: 'USDBRL',
      modelVersion: '1',
      target: {
        kind: 'price',
        key: 'USDBRL_PTAX',
        move: 'log_return',
        unit: 'percent',
        calendar: 'BR_ANBIMA',
      },
      reason: null,
      windows,
      open: 0,
      withoutValue: 0,
      nonOverlapping,
    });
    expect(body['spoke']).toBe(PARTITIONS.filter((_, i) => directionOf(i) !== 'NEUTRAL').length);
    expect(body['hitRate']).toBeCloseTo(hitRate, 12);
    expect(body['meanMove']).toBeCloseTo(meanMove, 10);
    expect(body['standardError']).toBeCloseTo(standardError, 10);
  });

  it('does not count moves whose end was not known at the moment', async () => {
    const { body } = await api.send('GET', `${FX}?asOf=2021-07-30`);
    const expected = reckon('2021-07-30');
    expect(body['windows']).toBe(expected.windows);
    expect(body['meanMove']).toBeCloseTo(expected.meanMove, 10);
    // Those that spoke by then and are not over: about a horizon of partitions.
    expect(body['open']).toBe(Number(body['spoke']) - expected.windows);
    expect(body['open']).toBeGreaterThan(10);
    const justBefore = await api.send('GET', `${FX}?asOf=2021-07-30T00:00:00Z`);
    expect(justBefore.body['windows']).toBe(reckon('2021-07-28').windows);
  });

  it('keeps to the partitions and the model version that are asked for', async () => {
    await store('agent_fx_equilibrium', '2', [['2021-05-03', signal('FX_BR_FLOW', 'USDBRL', 'LONG')]]);
    const other = await api.send('GET', `${FX}?modelVersion=2`);
    expect(other.body).toMatchObject({ modelVersion: '2', spoke: 1, windows: 1, standardError: null });
    const range = await api.send('GET', `${FX}?from=2021-05-03&to=2021-05-14`);
    expect(range.body).toMatchObject({ spoke: 8, firstPartition: '2021-05-03' });
    const none = await api.send('GET', `${FX}?modelVersion=3`);
    expect(none.body).toMatchObject({ spoke: 0, windows: 0, hitRate: null, meanMove: null });
  });

  it('counts what the newest report says, and only what it says with status OK', async () => {
    const day = '2021-11-03';
    const said = (rest: Partial<SignalRecord>, direction: Said = 'LONG') =>
      store('agent_fx_equilibrium', '1', [[day, signal('FX_BR_FLOW', 'USDBRL', direction, rest)]]);
    const spoke = async () => (await api.send('GET', `${FX}?from=${day}`)).body['spoke'];
    await said({});
    expect(await spoke()).toBe(1);
    await said({ status: 'STALE_DATA', reason: 'too old' });
    expect(await spoke()).toBe(0);
    await said({}, 'NEUTRAL');
    expect(await spoke()).toBe(0);
  });

  it('measures rates as changes in basis points', async () => {
    const point = (curveDate: Day, value: number) => ({
      curveId: 'DI_PRE',
      curveDate,
      tenor: '1Y',
      calendarDays: 365,
      businessDays: 252,
      knownAt: new Date(`${curveDate}T22:00:00Z`),
      value,
      valueKind: 'zero_rate',
      method: 'flat_forward',
    });
    await api.db.insert(silverCurvePoint).values([point('2021-03-02', 0.05), point('2021-03-04', 0.0475)]);
    await store('agent_monetary_policy', '1', [
      ['2021-03-01', signal('MONETARY_BR_TAYLOR', 'BR_YIELDS', 'SHORT', { horizonDays: 2 })],
    ]);
    const { body } = await api.send('GET', '/v1/signals/MONETARY_BR_TAYLOR/track-record');
    expect(body).toMatchObject({
      target: { kind: 'curve', key: 'DI_PRE', tenor: '1Y', unit: 'basis_points' },
      windows: 1,
      hitRate: 1,
    });
    expect(body['meanMove']).toBeCloseTo(25, 9);
  });

  it('says why a signal has no target, and that there is no such signal', async () => {
    await store('agent_monetary_policy', '1', [
      ['2021-03-02', signal('MONETARY_US_FED_STANCE', 'US_POLICY_EASE', 'LONG')],
    ]);
    const { body } = await api.send('GET', '/v1/signals/MONETARY_US_FED_STANCE/track-record');
    expect(body).toMatchObject({ target: null, spoke: 1, windows: 0, hitRate: null });
    expect(body['reason']).toMatch(/says nothing of the move of a price/);
    for (const path of ['/v1/signals/NONE/track-record', '/v1/signals/%00/track-record'])
      expect((await api.send('GET', path)).status).toBe(404);
    expect((await api.send('GET', `${FX}?from=2021-05-04&to=2021-05-03`)).status).toBe(400);
  });
});
