import { and, asc, desc, eq, gte, lte, sql, type SQL } from 'drizzle-orm';
import { CURRENT_VERSIONS } from '../pipeline/agent-versions.ts';
import type { AgentName, AssetName, BronzeName, SilverName } from '../pipeline/graph.ts';
import { graph } from '../pipeline/graph.ts';
import type { CurveMetricRow, CurvePointRow, MacroRow, PriceRow, StatRow } from '../silver/rows.ts';
import type { Day, Instant } from '../time.ts';
import { isKnownBy } from './as-of.ts';
import type { Database } from './client.ts';
import { agentReports, signals, silverVersions } from './schema.ts';

/** A stored value of a series: one row per revision. */
export interface StoredObservation {
  readonly key: string;
  readonly date: Day;
  /** In the unit of the registry; null = withdrawn by the provider. */
  readonly value: number | null;
  readonly revision: number;
  readonly releaseTime: Instant;
}

export interface StoredBar {
  readonly key: string;
  readonly date: Day;
  readonly close: number;
  readonly adjustedClose: number | null;
  readonly revision: number;
  readonly releaseTime: Instant;
}

export interface StoredFixing {
  readonly key: string;
  readonly date: Day;
  /** BRL per unit of foreign currency. */
  readonly bid: number;
  readonly ask: number;
  readonly revision: number;
  readonly releaseTime: Instant;
}

export interface StoredCurvePoint {
  readonly key: string;
  readonly curveId: string;
  readonly date: Day;
  readonly vertex: string;
  readonly maturity: Day | null;
  readonly calendarDays: number;
  readonly businessDays: number | null;
  /** Decimal fraction per year. */
  readonly rate: number | null;
  readonly price: number | null;
  readonly rateKind: string;
  readonly revision: number;
  readonly releaseTime: Instant;
}

/** Reads one bronze asset: every revision of a key, in the order (key, date, revision). */
export interface BronzeReader {
  /** Counts the commits of this asset's ingest; whatever it wrote up to this number is visible. */
  version(): Promise<number>;
  /** Keys with rows that were ingested after `version`. */
  changedSeries(version: number): Promise<string[]>;
  changedInstruments(version: number): Promise<string[]>;
  changedFixings(version: number): Promise<string[]>;
  /** (curve, date) pairs with points that were ingested after `version`, ascending. */
  changedCurveDates(version: number): Promise<{ curveId: string; date: Day }[]>;
  observations(keys: readonly string[]): Promise<StoredObservation[]>;
  bars(keys: readonly string[]): Promise<StoredBar[]>;
  fixings(keys: readonly string[]): Promise<StoredFixing[]>;
  /** Points of the curves between two curve dates. */
  curvePoints(curveIds: readonly string[], from: Day, to: Day): Promise<StoredCurvePoint[]>;
}

/** Rows known at or before `knownBy` whose own date is at or after `from`. */
export interface AsOfRange {
  readonly from: Day;
  readonly knownBy: Instant;
}

/** Reads silver tables: all revisions inside the range, in the order (known_at, date). */
export interface SilverReader {
  macro(
    wanted: readonly { readonly key: string; readonly transform: string }[],
    range: AsOfRange,
  ): Promise<MacroRow[]>;
  prices(instruments: readonly string[], range: AsOfRange): Promise<PriceRow[]>;
  stats(instruments: readonly string[], stats: readonly string[], range: AsOfRange): Promise<StatRow[]>;
  curvePoints(curveIds: readonly string[], range: AsOfRange): Promise<CurvePointRow[]>;
  curveMetrics(curveIds: readonly string[], range: AsOfRange): Promise<CurveMetricRow[]>;
}

/** The report of an upstream agent with its signals: newest revision of its current model version. */
export interface StoredReport {
  readonly agent: string;
  readonly partition: Day;
  readonly modelVersion: string;
  readonly status: string;
  readonly coverage: number;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly signals: readonly StoredSignal[];
}

export interface StoredSignal {
  readonly signalId: string;
  readonly direction: string;
  readonly strength: string;
  readonly confidence: number;
  readonly value: number | null;
  readonly unit: string;
  readonly status: string;
  readonly reason: string | null;
}

/** What a handler can read: exactly what its declared upstreams wrote. */
export interface Reader {
  /** @throws Error when the asset is not a declared upstream */
  bronze(asset: BronzeName): BronzeReader;
  macro(): Pick<SilverReader, 'macro'>;
  returns(): Pick<SilverReader, 'prices' | 'stats'>;
  curves(): Pick<SilverReader, 'curvePoints' | 'curveMetrics'>;
  /** @throws Error when the agent is not a declared upstream */
  reports(agent: AgentName, from: Day, to: Day): Promise<StoredReport[]>;
  /** Up to which bronze version this asset has derived each upstream, with the version of the model that did. */
  derivedVersions(): Promise<
    ReadonlyMap<string, { readonly version: number; readonly modelVersion: string }>
  >;
}

/** Epoch milliseconds of a column: parsing a million timestamps as dates would cost more than the models. */
const instant = (column: string): SQL => sql.raw(`(extract(epoch from ${column}) * 1000)::float8`);
const texts = (values: readonly string[]): SQL => sql`${sql.param([...values])}::text[]`;

function createBronzeReader(db: Database, asset: BronzeName): BronzeReader {
  const ofAsset = sql`key in (select key from series where asset = ${asset})`;
  const listChanged = async (table: string, version: number): Promise<string[]> => {
    const result = await db.execute<{ key: string }>(sql`
      select distinct key from ${sql.identifier(table)} where ingest_version > ${version} and ${ofAsset} order by key`);
    return result.rows.map((row) => row.key);
  };
  const listFacts = async <Row extends object>(
    table: string,
    columns: string,
    keys: readonly string[],
  ): Promise<Row[]> => {
    const result = await db.execute(sql`
      select key, date::text as date, ${sql.raw(columns)}, revision, ${instant('release_time')} as "releaseTime"
      from ${sql.identifier(table)} where key = any(${texts(keys)}) and ${ofAsset} order by key, date, vintage_at`);
    return result.rows as Row[];
  };
  return {
    async version() {
      const result = await db.execute<{ version: string }>(
        sql`select version from bronze_versions where asset = ${asset}`,
      );
      return Number(result.rows[0]?.version ?? 0);
    },
    changedSeries: (version) => listChanged('observations', version),
    changedInstruments: (version) => listChanged('bars', version),
    changedFixings: (version) => listChanged('fixings', version),
    async changedCurveDates(version) {
      const result = await db.execute<{ curveId: string; date: Day }>(sql`
        select distinct curve_id as "curveId", date::text as date from curve_points
        where ingest_version > ${version} and ${ofAsset} order by 2, 1`);
      return result.rows;
    },
    observations: (keys) => listFacts<StoredObservation>('observations', 'value::float8 as value', keys),
    bars: (keys) =>
      listFacts<StoredBar>('bars', 'close::float8 as close, adjusted_close::float8 as "adjustedClose"', keys),
    fixings: (keys) => listFacts<StoredFixing>('fixings', 'bid::float8 as bid, ask::float8 as ask', keys),
    async curvePoints(curveIds, from, to) {
      const result = await db.execute(sql`
        select key, curve_id as "curveId", date::text as date, vertex, maturity::text as maturity,
          calendar_days as "calendarDays", business_days as "businessDays", rate::float8 as rate, price::float8 as price,
          rate_kind as "rateKind", revision, ${instant('release_time')} as "releaseTime"
        from curve_points
        where curve_id = any(${texts(curveIds)}) and ${ofAsset} and date between ${from} and ${to}
        order by curve_id, date, key, calendar_days, vintage_at`);
      return result.rows as unknown as StoredCurvePoint[];
    },
  };
}

/** Columns of a silver table as code names them, with moments in epoch milliseconds. */
const SILVER_COLUMNS = {
  silver_macro: `series_key as "seriesKey", transform, period, period_start::text as "periodStart", value, unit, reason`,
  silver_price: `instrument, session_date::text as "sessionDate", price, field, log_return as "logReturn",
    simple_return as "simpleReturn", flags`,
  silver_stat: `instrument, stat, "window", session_date::text as "sessionDate", value, reason`,
  silver_curve_point: `curve_id as "curveId", curve_date::text as "curveDate", tenor, calendar_days as "calendarDays",
    business_days as "businessDays", value, value_kind as "valueKind", method, reason`,
  silver_curve_metric: `curve_id as "curveId", curve_date::text as "curveDate", metric, value, unit, reason`,
} as const;

function createSilverReader(db: Database): SilverReader {
  const list = async <Row extends object>(
    table: keyof typeof SILVER_COLUMNS,
    own: { readonly date: string; readonly filter: SQL; readonly order: string },
    range: AsOfRange,
  ): Promise<Row[]> => {
    const result = await db.execute(sql`
      select ${sql.raw(SILVER_COLUMNS[table])}, ${instant('known_at')} as "knownAt" from ${sql.identifier(table)}
      where ${own.filter} and ${isKnownBy('known_at', range.knownBy)} and ${sql.identifier(own.date)} >= ${range.from}
      order by known_at, ${sql.raw(own.order)}`);
    return result.rows as Row[];
  };
  return {
    async macro(wanted, range) {
      if (wanted.length === 0) return [];
      const keys = texts(wanted.map((item) => item.key));
      const transforms = texts(wanted.map((item) => item.transform));
      const filter = sql`(series_key, transform) in (select * from unnest(${keys}, ${transforms}))`;
      return list<MacroRow>('silver_macro', { date: 'period_start', filter, order: 'period_start' }, range);
    },
    prices: (instruments, range) =>
      list<PriceRow>(
        'silver_price',
        { date: 'session_date', filter: sql`instrument = any(${texts(instruments)})`, order: 'session_date' },
        range,
      ),
    stats: (instruments, stats, range) =>
      list<StatRow>(
        'silver_stat',
        {
          date: 'session_date',
          filter: sql`instrument = any(${texts(instruments)}) and stat = any(${texts(stats)})`,
          order: 'session_date',
        },
        range,
      ),
    curvePoints: (curveIds, range) =>
      list<CurvePointRow>(
        'silver_curve_point',
        {
          date: 'curve_date',
          filter: sql`curve_id = any(${texts(curveIds)})`,
          order: 'curve_date, calendar_days',
        },
        range,
      ),
    curveMetrics: (curveIds, range) =>
      list<CurveMetricRow>(
        'silver_curve_metric',
        { date: 'curve_date', filter: sql`curve_id = any(${texts(curveIds)})`, order: 'curve_date' },
        range,
      ),
  };
}

/** Newest reports of the model version that counts, each with the signals of its own revision. */
async function listReports(db: Database, agent: AgentName, from: Day, to: Day): Promise<StoredReport[]> {
  const modelVersion = CURRENT_VERSIONS[agent];
  const reports = await db
    .selectDistinctOn([agentReports.partition])
    .from(agentReports)
    .where(
      and(
        eq(agentReports.agent, agent),
        eq(agentReports.modelVersion, modelVersion),
        gte(agentReports.partition, from),
        lte(agentReports.partition, to),
      ),
    )
    .orderBy(asc(agentReports.partition), desc(agentReports.revision));
  const rows = await db
    .select()
    .from(signals)
    .where(
      and(
        eq(signals.agent, agent),
        eq(signals.modelVersion, modelVersion),
        gte(signals.partition, from),
        lte(signals.partition, to),
      ),
    )
    .orderBy(asc(signals.partition), asc(signals.signalId));
  const byReport = Map.groupBy(rows, ({ partition, revision }) => `${partition} ${revision}`);
  return reports.map((report) => ({
    ...report,
    signals: byReport.get(`${report.partition} ${report.revision}`) ?? [],
  }));
}

/** Builds the reader of one asset's tasks. */
export function createReader(db: Database, asset: AssetName): Reader {
  const requireUpstream = (upstream: AssetName): void => {
    if (graph.assets[asset].reads.includes(upstream)) return;
    throw new Error(`${asset} reads ${upstream}: it is not among its declared upstreams in graph.ts`);
  };
  const silver = createSilverReader(db);
  const silverOf = (name: SilverName): SilverReader => {
    requireUpstream(name);
    return silver;
  };
  return {
    bronze(name) {
      requireUpstream(name);
      return createBronzeReader(db, name);
    },
    macro: () => silverOf('silver_macro'),
    returns: () => silverOf('silver_returns'),
    curves: () => silverOf('silver_curves'),
    reports(agent, from, to) {
      requireUpstream(agent);
      return listReports(db, agent, from, to);
    },
    async derivedVersions() {
      const rows = await db.select().from(silverVersions).where(eq(silverVersions.asset, asset));
      return new Map(
        rows.map((row) => [row.upstream, { version: row.derivedVersion, modelVersion: row.modelVersion }]),
      );
    },
  };
}
