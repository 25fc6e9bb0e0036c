import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BronzeRow } from '../../../shared/connectors/connector.ts';
import { listBars } from '../../../shared/db/bar-list.ts';
import { openDatabase, type DatabaseHandle } from '../../../shared/db/client.ts';
import { findCurve } from '../../../shared/db/curve-view.ts';
import { ingestRows, lockIngest } from '../../../shared/db/ingest.ts';
import { registerSeries } from '../../../shared/db/series.ts';
import { findSeries, listObservations } from '../../../shared/db/series-view.ts';
import { listSignals } from '../../../shared/db/signal-list.ts';
import { storeReports, type SignalRecord } from '../../../shared/db/signals.ts';
import { findSilverKey, listSilverValues } from '../../../shared/db/silver-view.ts';
import { CURRENT_VERSIONS } from '../../../shared/pipeline/agent-versions.ts';
import type { BronzeName } from '../../../shared/pipeline/graph.ts';
import { SUPERSEDED } from '../../../shared/silver/retired.ts';
import { silverCurvePoint } from '../../../shared/db/schema.ts';
import { addDays, cutoffOf, DAY_MS, listWeekdays, toIso, type Day } from '../../../shared/time.ts';
import { waitFor } from '../../helpers/pipeline.ts';
import { collectRows } from '../../helpers/recorded-rows.ts';
import { deriveSilver } from '../../helpers/silver-tables.ts';
import { withClient } from '../../helpers/template-database.ts';
import { createWorld, type World } from '../../helpers/world.ts';

const TASK = '00000000-0000-4000-8000-000000000001';
const LAST: Day = '2021-06-30';
const KEYS: Readonly<Partial<Record<BronzeName, { readonly from: Day; readonly keys: readonly string[] }>>> =
  {
    bronze_bcb_sgs: { from: '2018-01-01', keys: ['BR_IPCA_MOM', 'BR_SELIC_TARGET'] },
    bronze_yahoo: { from: '2019-12-01', keys: ['OIL_WTI', 'IBOVESPA', 'SP500'] },
    bronze_bcb_ptax: { from: '2019-12-01', keys: ['USDBRL_PTAX'] },
    bronze_b3_market_data: { from: '2021-05-01', keys: ['DI1', 'DAP'] },
  };
const PAYROLLS = 'US_NFP_TOTAL';
/** Before and after both recorded vintages of the payrolls, and moments inside the year that is restated. */
const CUTOFFS = [
  ...['2020-03-17', '2021-02-10', '2021-05-31', '2021-06-24', '2025-12-31'].map(cutoffOf),
  Date.parse('2021-06-15T12:34:56.789Z'),
  Date.parse('2026-03-01T00:00:00Z'),
  Date.parse('2026-09-01T00:00:00Z'),
];
const EVERYTHING = 1_000_000;

let world: World;
let database: DatabaseHandle;

const asKnown = (row: BronzeRow) => ({
  row: { ...row, vintageAt: null },
  seenAt: row.releaseTime ?? cutoffOf(row.date),
  payloadId: null,
  taskId: TASK,
  missedAt: null,
});

function restate(row: BronzeRow): BronzeRow | null {
  if (row.table === 'observations' && row.value !== null)
    return { ...row, value: String(Number(row.value) + 0.25) };
  return row.table === 'bars' ? { ...row, close: String(Number(row.close) + 0.5) } : null;
}

async function load(asset: BronzeName, from: Day, keys: readonly string[]): Promise<void> {
  const rows: BronzeRow[] = [];
  for (const key of keys) rows.push(...(await collectRows(key, from, LAST)));
  const first = rows.filter(({ date }) => date >= from && date <= LAST).map(asKnown);
  const again = first.flatMap((item, i) => {
    const restated = i % 17 === 3 ? restate(item.row) : null;
    return restated === null ? [] : [{ ...item, row: restated, seenAt: item.seenAt + 24 * DAY_MS }];
  });
  for (const items of [first, again].filter(({ length }) => length > 0))
    await database.db.transaction(async (tx) => {
      await ingestRows(tx, asset, await lockIngest(tx, asset), items);
    });
}

async function loadPayrolls(): Promise<void> {
  const rows = await collectRows(PAYROLLS, '1980-01-01', '2026-11-23');
  const items = rows.map((row) => ({
    row,
    payloadId: null,
    seenAt: Date.parse('2026-11-23'),
    taskId: TASK,
    missedAt: null,
  }));
  await database.db.transaction(async (tx) => {
    await ingestRows(tx, 'bronze_fred', await lockIngest(tx, 'bronze_fred'), items);
  });
}

beforeAll(async () => {
  world = await createWorld();
  database = openDatabase(world.databaseUrl, { name: 'test', max: 4 });
  await registerSeries(database.db);
  for (const [asset, { from, keys }] of Object.entries(KEYS)) await load(asset as BronzeName, from, keys);
  await loadPayrolls();
  await deriveSilver(database, listWeekdays('2021-01-04', LAST));
}, 400_000);
afterAll(async () => {
  await database.close();
  await world.close();
});

function select(query: string, ...values: unknown[]): Promise<Record<string, unknown>[]> {
  return withClient(world.databaseUrl, async (client) => {
    const { rows } = await client.query<Record<string, unknown>>(query, values);
    return rows;
  });
}

const ISO = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;
const isoOf = (column: string) => `to_char(${column} at time zone 'UTC', ${ISO})`;

describe('research.observations', () => {
  it.each(['BR_IPCA_MOM', 'BR_SELIC_TARGET', PAYROLLS, 'IBOVESPA', 'USDBRL_PTAX'])(
    'gives of %s at every cutoff what the API gives',
    async (key) => {
      const view = await findSeries(database.db, key);
      const sizes = new Set<number>();
      for (const asOf of CUTOFFS) {
        const expected = await listObservations(database.db, view!, {
          asOf,
          everyVintage: false,
          limit: EVERYTHING,
        });
        const rows = await select(
          `select observation_date::text as "observationDate", value::text as value, unit, revision,
             ${isoOf('release_time')} as "releaseTime", release_time_basis as "releaseTimeBasis", vintage_basis as "vintageBasis"
           from research.observations($1, $2)`,
          key,
          toIso(asOf),
        );
        expect(rows).toEqual(expected);
        sizes.add(rows.length);
      }
      // The cutoffs tell something apart, or the equality proves nothing.
      expect(sizes.size).toBeGreaterThan(1);
    },
  );

  it('tells the revisions of the payrolls apart by the moment', async () => {
    const at = (moment: string) =>
      select(
        'select count(*)::int as revised from research.observations($1, $2) where revision > 0',
        PAYROLLS,
        moment,
      );
    expect(await at('2026-03-01')).toEqual([{ revised: 0 }]);
    expect(await at('2026-09-01')).toEqual([{ revised: 222 }]);
  });

  it('is put into the query that calls it, so that its conditions reach the primary key', async () => {
    const plan = await select(
      `explain select * from research.observations('BR_IPCA_MOM', '2021-06-01') where observation_date >= '2021-01-01'`,
    );
    const text = plan.map((row) => String(row['QUERY PLAN'])).join('\n');
    expect(text).not.toContain('Function Scan');
    expect(text).toMatch(/Index Cond: \(\(key = .BR_IPCA_MOM.::text\) AND \(date >= .2021-01-01.::date\)\)/);
    for (const call of [
      `research.bars('IBOVESPA', '2021-06-01')`,
      `research.silver('IBOVESPA', 'vol_21', '2021-06-01')`,
      `research.curve('DI_PRE', '2021-06-01', '2021-06-01')`,
      `research.signals('2021-06-01')`,
    ]) {
      const lines = await select(`explain select * from ${call}`);
      expect(lines.map((row) => String(row['QUERY PLAN'])).join('\n')).not.toContain('Function Scan');
    }
  });
});

describe('research.bars', () => {
  it.each(['IBOVESPA', 'OIL_WTI'])('gives of %s at every cutoff what the API gives', async (key) => {
    const view = await findSeries(database.db, key);
    let revised = 0;
    for (const asOf of CUTOFFS) {
      const expected = await listBars(database.db, view!, { asOf, order: 'oldest', limit: EVERYTHING });
      const rows = await select(
        `select session_date::text as "sessionDate", open::text, high::text, low::text, close::text,
           adjusted_close::text as "adjustedClose", volume::text, currency, $3::text as unit, revision,
           ${isoOf('release_time')} as "releaseTime", release_time_basis as "releaseTimeBasis", vintage_basis as "vintageBasis"
         from research.bars($1, $2)`,
        key,
        toIso(asOf),
        view!.unit,
      );
      expect(rows).toEqual(expected);
      revised += rows.filter((row) => row['revision'] === 1).length;
    }
    expect(revised).toBeGreaterThan(10);
  });
});

describe('research.silver', () => {
  it.each(['BR_IPCA_MOM', PAYROLLS, 'IBOVESPA', 'USDBRL_PTAX', 'IBOVESPA~SP500'])(
    'gives of every transform of %s what the API gives',
    async (key) => {
      const found = await findSilverKey(database.db, key);
      expect(found?.transforms.length).toBeGreaterThan(0);
      let compared = 0;
      for (const { transform } of found!.transforms)
        for (const asOf of CUTOFFS.slice(1, 5)) {
          const expected = await listSilverValues(database.db, key, {
            transform,
            asOf,
            everyVintage: false,
            limit: EVERYTHING,
          });
          const rows = await select(
            `select observation_date::text as "observationDate", period, value::text::numeric::text as value, unit,
               ${isoOf('known_at')} as "knownAt", reason, flags, inputs
             from research.silver($1, $2, $3)`,
            key,
            transform,
            toIso(asOf),
          );
          expect(rows).toEqual(expected);
          compared += rows.length;
        }
      expect(compared).toBeGreaterThan(50);
    },
  );
});

describe('research.curve', () => {
  it('gives the points that the API gives, without those that are given no more', async () => {
    await database.db.insert(silverCurvePoint).values({
      curveId: 'DI_PRE',
      curveDate: '2021-06-14',
      tenor: '1Y',
      calendarDays: 365,
      businessDays: 252,
      knownAt: new Date('2021-06-20T00:00:00Z'),
      value: null,
      valueKind: 'zero_rate',
      method: 'flat_forward',
      reason: SUPERSEDED,
    });
    let compared = 0;
    for (const curveId of ['DI_PRE', 'DI_IPCA', 'BR_BEI'] as const)
      for (const date of ['2021-04-30', '2021-05-31', '2021-06-14', '2021-06-30', '2022-06-30'])
        for (const asOf of CUTOFFS) {
          const curve = await findCurve(database.db, curveId, { date, asOf });
          const expected = (curve?.points ?? []).map(({ years: _years, knownAt, ...point }) => ({
            date: curve!.date,
            ...point,
            knownAt,
          }));
          const rows = await select(
            `select curve_date::text as date, tenor, calendar_days as "calendarDays", business_days as "businessDays", rate,
               kind, method, flags, reason, inputs, ${isoOf('known_at')} as "knownAt"
             from research.curve($1, $2, $3)`,
            curveId,
            date,
            toIso(asOf),
          );
          expect(rows).toEqual(expected);
          compared += rows.length;
        }
    expect(compared).toBeGreaterThan(500);
  });
});

describe('research.signals', () => {
  const signal = (signalId: string, value: number): SignalRecord => ({
    signalId,
    axis: 'USDBRL',
    direction: 'LONG',
    strength: 'WEAK',
    confidence: 0.4,
    value,
    unit: 'z',
    horizonDays: 21,
    status: 'OK',
    reason: null,
    inputs: [{ key: 'USDBRL_PTAX' }],
    proxies: ['a substitute'],
    metadata: {},
  });
  const report = (agent: string, partition: Day, modelVersion: string, signals: SignalRecord[]) => ({
    agent,
    partition,
    modelVersion,
    status: 'complete' as const,
    coverage: 1,
    narrative: 'a view',
    outputs: {},
    outputSources: [],
    diagnostics: {},
    dataQualityFlags: [],
    signals,
  });

  it('gives the newest stored revision of the model versions that count, as the API does', async () => {
    const moments: number[] = [];
    const current = CURRENT_VERSIONS.agent_fiscal;
    for (const [version, value, ids] of [
      [current, 1, ['A', 'B']],
      ['other', 2, ['A', 'B']],
      [current, 3, ['A']],
    ] as const) {
      await database.db.transaction(async (tx) => {
        await storeReports(
          tx,
          ['2021-06-24', '2021-06-25'].map((day) =>
            report(
              'agent_fiscal',
              day,
              version,
              ids.map((id) => signal(id, value)),
            ),
          ),
          TASK,
        );
      });
      const [row] = await select('select extract(epoch from clock_timestamp()) * 1000 as now');
      const moment = Math.ceil(Number(row!['now']));
      // What is stored next must not fall into the rest of that millisecond.
      await waitFor('the moment to be past', async () => {
        const [clock] = await select('select extract(epoch from clock_timestamp()) * 1000 as now');
        return Number(clock!['now']) > moment;
      });
      moments.push(moment);
    }
    const values: unknown[] = [];
    for (const asOf of [0, ...moments]) {
      const expected = await listSignals(database.db, { asOf, limit: EVERYTHING });
      const rows = await select(
        `select signal_id as "signalId", agent, partition::text, axis, direction, strength, confidence, value, unit,
           horizon_days as "horizonDays", status, reason, inputs, proxies, model_version as "modelVersion"
         from research.signals($1) order by partition, agent, signal_id`,
        toIso(asOf),
      );
      expect(rows).toEqual(expected);
      values.push(rows.map((row) => `${String(row['signalId'])}${String(row['value'])}`).join(' '));
    }
    expect(values).toEqual(['', 'A1 B1 A1 B1', 'A1 B1 A1 B1', 'A3 A3']);
  });

  it('knows the model versions that the code names', async () => {
    const rows = await select('select agent, model_version from research.agent_versions');
    expect(Object.fromEntries(rows.map((row) => [row['agent'], row['model_version']]))).toEqual(
      CURRENT_VERSIONS,
    );
  });
});

describe('research.cutoff', () => {
  it('is the cutoff of every day since the first partition', async () => {
    const rows = await select(
      `select to_char(day, 'YYYY-MM-DD') as day, ${isoOf('research.cutoff(day::date)')} as cutoff
       from generate_series('2010-01-01'::date, '2027-01-01'::date, '1 day') as days (day)`,
    );
    expect(rows).toHaveLength(6_210);
    for (const { day, cutoff } of rows) expect(cutoff).toBe(toIso(cutoffOf(String(day))));
    expect(rows[1]!['day']).toBe(addDays('2010-01-01', 1));
  });
});

describe('the role macro_reader', () => {
  const asReader = (statement: string) =>
    withClient(world.databaseUrl, async (client) => {
      await client.query('set role macro_reader');
      return (await client.query<Record<string, unknown>>(statement)).rows;
    });

  it('reads every view and every function of the schema', async () => {
    const views = await select(`select viewname from pg_views where schemaname = 'research' order by 1`);
    expect(views.length).toBeGreaterThanOrEqual(11);
    for (const { viewname } of views)
      expect(await asReader(`select count(*) from research.${String(viewname)}`)).toHaveLength(1);
    expect(
      await asReader(`select count(*)::int > 0 as some from research.observations('BR_IPCA_MOM')`),
    ).toEqual([{ some: true }]);
    for (const call of ["bars('IBOVESPA')", "silver('IBOVESPA', 'vol_21')", "curve('DI_PRE')", 'signals()'])
      expect(await asReader(`select count(*) from research.${call}`)).toHaveLength(1);
  });

  it('writes nothing and sees nothing else', async () => {
    for (const statement of [
      'select * from public.observations',
      'select * from public.api_keys',
      'delete from public.observations',
      'delete from research.bar_vintages',
      "update research.series_list set unit = 'x'",
      'create table research.mine (a int)',
      'create table public.mine (a int)',
      'drop view research.partitions',
    ])
      await expect(asReader(statement), statement).rejects.toThrow(/permission denied|must be owner/);
  });
});

it('says of everything in the schema what it is', async () => {
  const rows = await select(`
    select relname as name, obj_description(oid, 'pg_class') as comment from pg_class
    where relnamespace = 'research'::regnamespace
    union all
    select proname, obj_description(oid, 'pg_proc') from pg_proc where pronamespace = 'research'::regnamespace`);
  expect(rows.length).toBeGreaterThanOrEqual(17);
  expect(rows.filter(({ comment }) => typeof comment !== 'string' || comment.length < 20)).toEqual([]);
});
