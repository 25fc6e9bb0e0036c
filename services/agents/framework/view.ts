import type { AgentName } from '../../../shared/pipeline/graph.ts';
import type { StoredReport } from '../../../shared/db/reader.ts';
import { addDays, cutoffOf, weekdayOnOrAfter, type Day, type Instant } from '../../../shared/time.ts';
import type { AgentDefinition, MacroRead } from './agent.ts';
import { collectCurves, type CurveSnapshot } from './curve-snapshot.ts';
import type { Panel } from './panel.ts';
import { UndeclaredReadError } from './signal.ts';
import { createTimeline, type Timeline, type TimelineEntry } from './timeline.ts';

/** One period of a macro series as known at the cutoff. */
export interface MacroPoint {
  /** `YYYY-MM-DD`, `YYYY-MM`, `YYYY-Qn` or `YYYY`. */
  readonly period: string;
  readonly periodStart: Day;
  readonly knownAt: Instant;
  readonly value: number | null;
  readonly unit: string;
  readonly reason: string | null;
}

/** One session of an instrument. Returns are decimal and reach back to the session before. */
export interface PricePoint {
  readonly date: Day;
  readonly knownAt: Instant;
  readonly price: number;
  readonly logReturn: number | null;
  readonly simpleReturn: number | null;
  readonly flags: readonly string[];
}

/** One day of a statistic or of a curve metric. */
export interface DatedPoint {
  readonly date: Day;
  readonly knownAt: Instant;
  readonly value: number | null;
  readonly reason: string | null;
}

/**
 * What was known at the cutoff of one partition: rows released by then and dated on or before the partition, not older
 * than the agent's history. Arrays ascend by date, never change, and are empty when there is nothing.
 */
export interface View<Parameters = unknown> {
  readonly partition: Day;
  readonly cutoff: Instant;
  /** The numbers of the model version that looks through the view. */
  readonly parameters: Parameters;
  macro(key: string, transform: string): readonly MacroPoint[];
  prices(instrument: string): readonly PricePoint[];
  stat(instrument: string, stat: string, window: number): readonly DatedPoint[];
  /** The latest curve date, or null. */
  curve(curveId: string): CurveSnapshot | null;
  curves(curveId: string): readonly CurveSnapshot[];
  curveMetric(curveId: string, metric: string): readonly DatedPoint[];
  /** The report of an upstream agent for this partition, or null. */
  report(agent: AgentName): StoredReport | null;
  /**
   * Keeps the result of `compute` for the following partitions while `signature` stays the same. The signature must
   * name everything that `compute` uses (`signPoints`), and the result must not be changed by anyone.
   */
  memo<Result>(id: string, signature: string, compute: () => Result): Result;
}

export interface ViewOptions {
  /** Off: every `memo` computes. Results are the same. @default true */
  readonly memo?: boolean;
}

/** Views of ascending partitions, and what they remember between them. */
export interface Views<Parameters = unknown> {
  at(partition: Day): View<Parameters>;
  /** Whether `memo` has the result of this signature. */
  knows(id: string, signature: string): boolean;
  /** Gives `memo` the result that `compute` would have. */
  remember(id: string, signature: string, result: unknown): void;
}

interface Dated {
  readonly knownAt: Instant;
}

/**
 * Views of ascending partitions over one panel. Each row enters once, when the first partition that may know it comes.
 *
 * @throws Error when a partition does not follow the one before
 */
export function createViews<Parameters>(
  agent: AgentDefinition<Parameters>,
  panel: Panel,
  options: ViewOptions = {},
): Views<Parameters> {
  const { reads } = agent;
  const projected = new Set((reads.macro ?? []).filter((read) => read.projections).map(idOfMacro));
  const macro = groupRows(
    (reads.macro ?? []).map(idOfMacro),
    panel.macro,
    (row) => idOfMacro({ key: row.seriesKey, transform: row.transform }),
    (row): TimelineEntry<MacroPoint> => {
      const isProjected = projected.has(idOfMacro({ key: row.seriesKey, transform: row.transform }));
      const { period, periodStart, knownAt, value, unit, reason } = row;
      return {
        visibleAt: isProjected ? knownAt : findVisibility(knownAt, periodStart),
        knownAt,
        date: periodStart,
        order: periodStart,
        row: { period, periodStart, knownAt, value, unit, reason },
      };
    },
  );
  const prices = groupRows(
    reads.prices ?? [],
    panel.prices,
    (row) => row.instrument,
    ({ sessionDate, knownAt, price, logReturn, simpleReturn, flags }): TimelineEntry<PricePoint> =>
      dateEntry(sessionDate, { date: sessionDate, knownAt, price, logReturn, simpleReturn, flags }),
  );
  const stats = groupRows(
    (reads.stats ?? []).map(({ instrument, stat, window }) => `${instrument}|${stat}|${window}`),
    panel.stats,
    (row) => `${row.instrument}|${row.stat}|${row.window}`,
    ({ sessionDate, knownAt, value, reason }): TimelineEntry<DatedPoint> =>
      dateEntry(sessionDate, { date: sessionDate, knownAt, value, reason }),
  );
  const metrics = groupRows(
    (reads.curveMetrics ?? []).map(({ curveId, metric }) => `${curveId}|${metric}`),
    panel.curveMetrics,
    (row) => `${row.curveId}|${row.metric}`,
    ({ curveDate, knownAt, value, reason }): TimelineEntry<DatedPoint> =>
      dateEntry(curveDate, { date: curveDate, knownAt, value, reason }),
  );
  const curves = groupRows(
    reads.curves ?? [],
    collectCurves(panel.curvePoints),
    (snapshot) => snapshot.curveId,
    (snapshot): TimelineEntry<CurveSnapshot> => dateEntry(snapshot.date, snapshot),
  );
  const reports = new Map<string, StoredReport>();
  for (const upstream of reads.reports ?? []) {
    for (const report of panel.reports.get(upstream) ?? [])
      reports.set(`${upstream}|${report.partition}`, report);
  }
  const memory = new Map<string, { readonly signature: string; readonly result: unknown }>();
  let last: Day = '';

  return {
    knows: (id, signature) => options.memo !== false && memory.get(id)?.signature === signature,
    remember: (id, signature, result) => void memory.set(id, { signature, result }),
    at(partition) {
      if (partition <= last) throw new Error(`views ascend: ${partition} asked after ${last}`);
      last = partition;
      const cutoff = cutoffOf(partition);
      const floor = addDays(partition, -agent.historyDays);
      const curveFloor = addDays(partition, -(agent.curveHistoryDays ?? agent.historyDays));
      const seen = {
        macro: advanceAll(macro, cutoff, floor),
        prices: advanceAll(prices, cutoff, floor),
        stats: advanceAll(stats, cutoff, floor),
        curves: advanceAll(curves, cutoff, curveFloor),
        metrics: advanceAll(metrics, cutoff, curveFloor),
      };
      const pick = <Point>(points: ReadonlyMap<string, readonly Point[]>, id: string): readonly Point[] => {
        const found = points.get(id);
        if (found === undefined)
          throw new UndeclaredReadError(`${agent.asset} does not declare that it reads ${id}`);
        return found;
      };
      return {
        partition,
        cutoff,
        parameters: agent.parameters,
        macro: (key, transform) => pick(seen.macro, idOfMacro({ key, transform })),
        prices: (instrument) => pick(seen.prices, instrument),
        stat: (instrument, stat, window) => pick(seen.stats, `${instrument}|${stat}|${window}`),
        curves: (curveId) => pick(seen.curves, curveId),
        curve: (curveId) => pick(seen.curves, curveId).at(-1) ?? null,
        curveMetric: (curveId, metric) => pick(seen.metrics, `${curveId}|${metric}`),
        report(upstream) {
          if (!(reads.reports ?? []).includes(upstream)) {
            throw new UndeclaredReadError(`${agent.asset} does not declare that it reads ${upstream}`);
          }
          return reports.get(`${upstream}|${partition}`) ?? null;
        },
        memo(id, signature, compute) {
          const kept = memory.get(id);
          if (options.memo !== false && kept?.signature === signature)
            return kept.result as ReturnType<typeof compute>;
          const result = compute();
          memory.set(id, { signature, result });
          return result;
        },
      };
    },
  };
}

const signatures = new WeakMap<object, string>();

/**
 * Text that is equal for two arrays of a view exactly when their periods, release moments and values are. Kept per
 * array, so that asking again is free; sample long daily series first.
 */
export function signPoints(
  points: readonly {
    readonly period?: string;
    readonly date?: string;
    readonly knownAt?: Instant;
    readonly value?: number | null;
  }[],
): string {
  const known = signatures.get(points);
  if (known !== undefined) return known;
  const text = points
    .map((point) => `${point.period ?? point.date}:${point.knownAt}:${point.value}`)
    .join(' ');
  signatures.set(points, text);
  return text;
}

/** A row is visible once it is released and a partition on or after its own date has come. */
function findVisibility(knownAt: Instant, date: Day): Instant {
  return Math.max(knownAt, cutoffOf(weekdayOnOrAfter(date)));
}

function dateEntry<Row extends Dated>(date: Day, row: Row): TimelineEntry<Row> {
  return { visibleAt: findVisibility(row.knownAt, date), knownAt: row.knownAt, date, order: date, row };
}

function idOfMacro({ key, transform }: MacroRead): string {
  return `${key}|${transform}`;
}

function groupRows<Row, Point>(
  ids: readonly string[],
  rows: readonly Row[],
  idOf: (row: Row) => string,
  toEntry: (row: Row) => TimelineEntry<Point>,
): ReadonlyMap<string, Timeline<Point>> {
  const entries = new Map<string, TimelineEntry<Point>[]>(ids.map((id) => [id, []]));
  for (const row of rows) entries.get(idOf(row))?.push(toEntry(row));
  return new Map([...entries].map(([id, list]) => [id, createTimeline(list)]));
}

function advanceAll<Point>(
  timelines: ReadonlyMap<string, Timeline<Point>>,
  cutoff: Instant,
  floor: Day,
): ReadonlyMap<string, readonly Point[]> {
  return new Map([...timelines].map(([id, timeline]) => [id, timeline.advance(cutoff, floor)]));
}
