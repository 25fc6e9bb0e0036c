import { and, asc, eq, gt, gte, inArray, lte, sql } from 'drizzle-orm';
import type { AgentName, AssetName, BronzeName, SilverName } from '../pipeline/graph.ts';
import { graph } from '../pipeline/graph.ts';
import type { CurveMetricRow, CurvePointRow, MacroRow, PriceRow, StatRow } from '../silver/rows.ts';
import type { Day, Instant } from '../time.ts';
import type { Database } from './client.ts';
import {
  agentReports,
  bars,
  bronzeVersions,
  curvePoints,
  fixings,
  observations,
  series,
  signals,
  silverCurveMetric,
  silverCurvePoint,
  silverMacro,
  silverPrice,
  silverStat,
  silverVersions,
} from './schema.ts';

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
  macro(wanted: readonly { readonly key: string; readonly transform: string }[], range: AsOfRange): Promise<MacroRow[]>;
  prices(instruments: readonly string[], range: AsOfRange): Promise<PriceRow[]>;
  stats(instruments: readonly string[], stats: readonly string[], range: AsOfRange): Promise<StatRow[]>;
  curvePoints(curveIds: readonly string[], range: AsOfRange): Promise<CurvePointRow[]>;
  curveMetrics(curveIds: readonly string[], range: AsOfRange): Promise<CurveMetricRow[]>;
}

/** The report of an upstream agent with its signals, newest revision. */
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
  derivedVersions(): Promise<ReadonlyMap<string, { readonly version: number; readonly modelVersion: string }>>;
}

const instantOf = (date: Date): Instant => date.getTime();
const numberOrNull = (text: string | null): number | null => (text === null ? null : Number(text));

function createBronzeReader(db: Database, asset: BronzeName): BronzeReader {
  const keysOfAsset = db.select({ key: series.key }).from(series).where(eq(series.asset, asset));
  return {
    async version() {
      const [row] = await db.select().from(bronzeVersions).where(eq(bronzeVersions.asset, asset));
      return row?.version ?? 0;
    },
    async changedSeries(version) {
      const rows = await db
        .selectDistinct({ key: observations.key })
        .from(observations)
        .where(and(gt(observations.ingestVersion, version), inArray(observations.key, keysOfAsset)))
        .orderBy(asc(observations.key));
      return rows.map((row) => row.key);
    },
    async changedInstruments(version) {
      const rows = await db
        .selectDistinct({ key: bars.key })
        .from(bars)
        .where(and(gt(bars.ingestVersion, version), inArray(bars.key, keysOfAsset)))
        .orderBy(asc(bars.key));
      return rows.map((row) => row.key);
    },
    async changedFixings(version) {
      const rows = await db
        .selectDistinct({ key: fixings.key })
        .from(fixings)
        .where(and(gt(fixings.ingestVersion, version), inArray(fixings.key, keysOfAsset)))
        .orderBy(asc(fixings.key));
      return rows.map((row) => row.key);
    },
    async changedCurveDates(version) {
      return db
        .selectDistinct({ curveId: curvePoints.curveId, date: curvePoints.date })
        .from(curvePoints)
        .where(and(gt(curvePoints.ingestVersion, version), inArray(curvePoints.key, keysOfAsset)))
        .orderBy(asc(curvePoints.date), asc(curvePoints.curveId));
    },
    async observations(keys) {
      const rows = await db
        .select()
        .from(observations)
        .where(and(inArray(observations.key, [...keys]), inArray(observations.key, keysOfAsset)))
        .orderBy(asc(observations.key), asc(observations.date), asc(observations.vintageAt));
      return rows.map((row) => ({
        key: row.key,
        date: row.date,
        value: numberOrNull(row.value),
        revision: row.revision,
        releaseTime: instantOf(row.releaseTime),
      }));
    },
    async bars(keys) {
      const rows = await db
        .select()
        .from(bars)
        .where(and(inArray(bars.key, [...keys]), inArray(bars.key, keysOfAsset)))
        .orderBy(asc(bars.key), asc(bars.date), asc(bars.vintageAt));
      return rows.map((row) => ({
        key: row.key,
        date: row.date,
        close: Number(row.close),
        adjustedClose: numberOrNull(row.adjustedClose),
        revision: row.revision,
        releaseTime: instantOf(row.releaseTime),
      }));
    },
    async fixings(keys) {
      const rows = await db
        .select()
        .from(fixings)
        .where(and(inArray(fixings.key, [...keys]), inArray(fixings.key, keysOfAsset)))
        .orderBy(asc(fixings.key), asc(fixings.date), asc(fixings.vintageAt));
      return rows.map((row) => ({
        key: row.key,
        date: row.date,
        bid: Number(row.bid),
        ask: Number(row.ask),
        revision: row.revision,
        releaseTime: instantOf(row.releaseTime),
      }));
    },
    async curvePoints(curveIds, from, to) {
      const rows = await db
        .select()
        .from(curvePoints)
        .where(
          and(
            inArray(curvePoints.curveId, [...curveIds]),
            inArray(curvePoints.key, keysOfAsset),
            gte(curvePoints.date, from),
            lte(curvePoints.date, to),
          ),
        )
        .orderBy(asc(curvePoints.curveId), asc(curvePoints.date), asc(curvePoints.key), asc(curvePoints.calendarDays), asc(curvePoints.vintageAt));
      return rows.map((row) => ({
        key: row.key,
        curveId: row.curveId,
        date: row.date,
        vertex: row.vertex,
        maturity: row.maturity,
        calendarDays: row.calendarDays,
        businessDays: row.businessDays,
        rate: numberOrNull(row.rate),
        price: numberOrNull(row.price),
        rateKind: row.rateKind,
        revision: row.revision,
        releaseTime: instantOf(row.releaseTime),
      }));
    },
  };
}

function createSilverReader(db: Database): SilverReader {
  const known = <Row extends { knownAt: Date }>(rows: readonly Row[]) =>
    rows.map((row) => ({ ...row, knownAt: instantOf(row.knownAt) }));
  return {
    async macro(wanted, range) {
      const pairs = sql.join(
        wanted.map((item) => sql`(${item.key}, ${item.transform})`),
        sql`, `,
      );
      if (wanted.length === 0) return [];
      const rows = await db
        .select()
        .from(silverMacro)
        .where(
          and(
            sql`(${silverMacro.seriesKey}, ${silverMacro.transform}) in (${pairs})`,
            lte(silverMacro.knownAt, new Date(range.knownBy)),
            gte(silverMacro.periodStart, range.from),
          ),
        )
        .orderBy(asc(silverMacro.knownAt), asc(silverMacro.periodStart));
      return known(rows);
    },
    async prices(instruments, range) {
      const rows = await db
        .select()
        .from(silverPrice)
        .where(
          and(
            inArray(silverPrice.instrument, [...instruments]),
            lte(silverPrice.knownAt, new Date(range.knownBy)),
            gte(silverPrice.sessionDate, range.from),
          ),
        )
        .orderBy(asc(silverPrice.knownAt), asc(silverPrice.sessionDate));
      return known(rows);
    },
    async stats(instruments, stats, range) {
      const rows = await db
        .select()
        .from(silverStat)
        .where(
          and(
            inArray(silverStat.instrument, [...instruments]),
            inArray(silverStat.stat, [...stats]),
            lte(silverStat.knownAt, new Date(range.knownBy)),
            gte(silverStat.sessionDate, range.from),
          ),
        )
        .orderBy(asc(silverStat.knownAt), asc(silverStat.sessionDate));
      return known(rows);
    },
    async curvePoints(curveIds, range) {
      const rows = await db
        .select()
        .from(silverCurvePoint)
        .where(
          and(
            inArray(silverCurvePoint.curveId, [...curveIds]),
            lte(silverCurvePoint.knownAt, new Date(range.knownBy)),
            gte(silverCurvePoint.curveDate, range.from),
          ),
        )
        .orderBy(asc(silverCurvePoint.knownAt), asc(silverCurvePoint.curveDate), asc(silverCurvePoint.calendarDays));
      return known(rows);
    },
    async curveMetrics(curveIds, range) {
      const rows = await db
        .select()
        .from(silverCurveMetric)
        .where(
          and(
            inArray(silverCurveMetric.curveId, [...curveIds]),
            lte(silverCurveMetric.knownAt, new Date(range.knownBy)),
            gte(silverCurveMetric.curveDate, range.from),
          ),
        )
        .orderBy(asc(silverCurveMetric.knownAt), asc(silverCurveMetric.curveDate));
      return known(rows);
    },
  };
}

async function listReports(db: Database, agent: AgentName, from: Day, to: Day): Promise<StoredReport[]> {
  const reports = await db
    .selectDistinctOn([agentReports.partition])
    .from(agentReports)
    .where(and(eq(agentReports.agent, agent), gte(agentReports.partition, from), lte(agentReports.partition, to)))
    .orderBy(asc(agentReports.partition), sql`${agentReports.modelVersion} desc, ${agentReports.revision} desc`);
  const rows = await db
    .selectDistinctOn([signals.partition, signals.signalId])
    .from(signals)
    .where(and(eq(signals.agent, agent), gte(signals.partition, from), lte(signals.partition, to)))
    .orderBy(
      asc(signals.partition),
      asc(signals.signalId),
      sql`${signals.modelVersion} desc, ${signals.revision} desc`,
    );
  const byPartition = Map.groupBy(rows, (row) => row.partition);
  return reports.map((report) => ({ ...report, signals: byPartition.get(report.partition) ?? [] }));
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
