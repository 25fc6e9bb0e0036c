import { randomUUID } from 'node:crypto';
import { sql, type SQL } from 'drizzle-orm';
import type { Database } from '../../shared/db/client.ts';
import { storeReports, type SignalRecord } from '../../shared/db/signals.ts';
import { AGENT_NAMES, type AgentName } from '../../shared/pipeline/graph.ts';
import { PROVIDER_OF } from '../../shared/pipeline/providers.ts';
import { FIRST_PARTITION, type Day } from '../../shared/time.ts';
import { storeData } from '../integration/dashboard/pages/data-rows.ts';
import { FULL_HISTORY_END, FULL_HISTORY_NOW } from './full-history.ts';

/** The first session of the longest histories: thirty years of prices. */
const FIRST_SESSION: Day = '1996-01-01';
/** Requests to a provider within the last hour, as a backfill leaves them: those of the exchange, a few per session. */
const REQUESTS = 9_000;
const SIGNALS_PER_AGENT = 5;
const MAIN_SIGNALS: Readonly<Record<AgentName, string>> = {
  agent_inflation: 'INFLATION_BR_COMPOSITE',
  agent_monetary_policy: 'MONETARY_BR_COMPOSITE',
  agent_fiscal: 'FISCAL_BR_COMPOSITE',
  agent_fx_equilibrium: 'FX_BR_COMPOSITE',
  agent_cross_asset: 'CROSSASSET_REGIME',
};

/** Rows that are there once and are to be there for every weekday. */
interface Template {
  readonly table: string;
  readonly where: SQL;
  readonly day: string;
  /** Columns of moments: the evening of the day. */
  readonly moments: readonly string[];
}

const TEMPLATES: readonly Template[] = [
  {
    table: 'bars',
    where: sql`date = '2022-06-24'`,
    day: 'date',
    moments: ['vintage_at', 'rule_release_time', 'release_time'],
  },
  {
    table: 'observations',
    where: sql`key = 'BR_IPCA_MOM' and date = '2021-11-01'`,
    day: 'date',
    moments: ['vintage_at', 'rule_release_time', 'release_time'],
  },
  {
    table: 'silver_price',
    where: sql`session_date = '2022-06-24'`,
    day: 'session_date',
    moments: ['known_at'],
  },
  { table: 'silver_stat', where: sql`true`, day: 'session_date', moments: ['known_at'] },
  {
    table: 'silver_curve_point',
    where: sql`curve_date = '2022-06-20'`,
    day: 'curve_date',
    moments: ['known_at'],
  },
  { table: 'agent_reports', where: sql`true`, day: 'partition', moments: ['created_at'] },
  { table: 'signals', where: sql`true`, day: 'partition', moments: ['created_at'] },
];

const weekdays = (from: Day): SQL => sql`(
  select d::date as day from generate_series(${from}::timestamp, ${FULL_HISTORY_END}::timestamp, '1 day') as days(d)
  where extract(isodow from d) < 6)`;

async function repeat(db: Database, { table, where, day, moments }: Template): Promise<void> {
  const name = sql.identifier(table);
  const evening = sql.join(
    moments.map((moment) => sql`, ${moment}::text, weekdays.day + time '21:30'`),
    sql``,
  );
  const from = day === 'partition' ? FIRST_PARTITION : FIRST_SESSION;
  await db.execute(sql`
    insert into ${name} select copy.*
    from (select * from ${name} where ${where}) as template cross join ${weekdays(from)} as weekdays
    cross join jsonb_populate_record(null::${name},
      to_jsonb(template) || jsonb_build_object(${day}::text, weekdays.day ${evening})) as copy
    on conflict do nothing`);
  await db.execute(sql`analyze ${name}`);
}

const signalOf = (signalId: string): SignalRecord => ({
  signalId,
  axis: 'USDBRL',
  direction: 'LONG',
  strength: 'MODERATE',
  confidence: 0.5,
  value: 1.25,
  unit: 'z',
  horizonDays: 21,
  status: 'OK',
  reason: null,
  inputs: Array.from({ length: 4 }, () => ({
    key: 'BR_IPCA_MOM',
    lastPeriod: '2021-12',
    releaseTime: '2022-01-11T12:00:00.000Z',
  })),
  proxies: [],
  metadata: {},
});

async function storeSignals(db: Database): Promise<void> {
  for (const agent of AGENT_NAMES) {
    const others = Array.from({ length: SIGNALS_PER_AGENT - 1 }, (_, place) => `${agent}_${place}`);
    const report = {
      agent,
      partition: '2022-06-24',
      modelVersion: '1',
      status: 'complete',
      coverage: 1,
      narrative: `${agent} in some lines\n`.repeat(10),
      outputs: { fair_value: 4.87 },
      outputSources: [],
      diagnostics: {},
      dataQualityFlags: [],
      signals: [MAIN_SIGNALS[agent], ...others].map(signalOf),
    } as const;
    await db.transaction((tx) => storeReports(tx, [report], randomUUID()));
  }
}

/**
 * Prices, statistics, bars, a daily series and a curve of thirty years, and five signals of every agent for every partition:
 * what `storeData` has of one day, for every weekday.
 */
export async function fillData(db: Database): Promise<void> {
  await storeData(db);
  // What the page of signals draws them over.
  await db.execute(sql`
    insert into silver_price select copy.* from silver_price as template
    cross join jsonb_populate_record(null::silver_price,
      to_jsonb(template) || '{"instrument": "USDBRL_PTAX", "unit": "brl_per_usd"}') as copy`);
  await storeSignals(db);
  for (const template of TEMPLATES) await repeat(db, template);
}

/** Ends a backfill as if workers had done it: an outcome of every key in every task of a connector, and many requests. */
export async function fillLedger(db: Database, backfill: string): Promise<void> {
  const now = new Date(FULL_HISTORY_NOW).toISOString();
  const ended = sql`state = 'succeeded', started_at = ${now}::timestamptz - interval '1 hour', finished_at = ${now}::timestamptz`;
  await db.execute(sql`update backfills set ${ended} where id = ${backfill}`);
  await db.execute(sql`update runs set ${ended} where backfill_id = ${backfill}`);
  await db.execute(sql`
    update tasks set ${ended}, done = partitions, attempts = 1, rows = 100 from runs
    where runs.id = tasks.run_id and backfill_id = ${backfill}`);
  await db.execute(sql`
    insert into task_keys (task_id, key, outcome, windows, requests, fetched, inserted, rejected, recorded_at)
    select tasks.id, series.key, 'rows', 1, 1, 100, 0, 0, ${now}::timestamptz - make_interval(mins => 300 - position)
    from tasks join runs on runs.id = tasks.run_id join series using (asset)`);
  for (const provider of Object.values(PROVIDER_OF))
    await db.execute(sql`
      insert into provider_requests (provider, host, at, waited_ms, latency_ms, status)
      select ${provider}, 'provider.test', ${now}::timestamptz - make_interval(secs => n * 0.3), 0, n % 97, 200
      from generate_series(1, ${REQUESTS}::int) as n`);
  for (const table of ['runs', 'tasks', 'task_keys', 'provider_requests'])
    await db.execute(sql`analyze ${sql.identifier(table)}`);
}
