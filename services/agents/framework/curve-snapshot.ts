import type { CurvePointRow } from '../../../shared/silver/rows.ts';
import type { Day, Instant } from '../../../shared/time.ts';

/** One point of a curve; `value` as `valueKind` says (rates decimal a year), null with a reason. */
export interface CurvePoint {
  readonly tenor: string;
  readonly calendarDays: number;
  readonly businessDays: number | null;
  readonly value: number | null;
  readonly valueKind: string;
  readonly method: string;
  readonly reason: string | null;
}

/** A curve of one date as known at one moment. */
export interface CurveSnapshot {
  readonly curveId: string;
  readonly date: Day;
  /** When the last of its points became public. */
  readonly knownAt: Instant;
  /** By tenor: the standard tenors, and source vertices where no standard one has the same name. */
  readonly points: ReadonlyMap<string, CurvePoint>;
  /** The source vertices that are in force, ascending by days. */
  readonly observed: readonly CurvePoint[];
}

const OBSERVED = 'observed';

/** The rate of a tenor in percent (curves are stored decimal); null when the curve does not reach it. */
export function readRatePct(curve: CurveSnapshot | null, tenor: string): number | null {
  const value = curve?.points.get(tenor)?.value ?? null;
  return value === null ? null : value * 100;
}

/**
 * Turns curve points into snapshots: one for every date and every moment at which a point of that date became public,
 * each with all points known by then. A tenor has at most one observed and one other point, whatever its method.
 */
export function collectCurves(rows: readonly CurvePointRow[]): CurveSnapshot[] {
  const byCurveDate = Map.groupBy(rows, (row) => `${row.curveId}|${row.curveDate}`);
  return [...byCurveDate.values()].flatMap((ofDate) => {
    const ascending = ofDate.toSorted((a, b) => a.knownAt - b.knownAt);
    const standing = new Map<string, CurvePointRow>();
    const snapshots: CurveSnapshot[] = [];
    for (const [index, row] of ascending.entries()) {
      standing.set(`${row.tenor}|${row.method === OBSERVED}`, row);
      if (ascending[index + 1]?.knownAt !== row.knownAt)
        snapshots.push(takeSnapshot(row, [...standing.values()]));
    }
    return snapshots;
  });
}

function takeSnapshot(last: CurvePointRow, rows: readonly CurvePointRow[]): CurveSnapshot {
  const points = rows
    .map(({ tenor, calendarDays, businessDays, value, valueKind, method, reason }): CurvePoint => {
      return { tenor, calendarDays, businessDays, value, valueKind, method, reason };
    })
    .toSorted((a, b) => a.calendarDays - b.calendarDays || (a.tenor < b.tenor ? -1 : 1));
  const observed = points.filter(({ method, value }) => method === OBSERVED && value !== null);
  const standard = points.filter(({ method }) => method !== OBSERVED);
  return {
    curveId: last.curveId,
    date: last.curveDate,
    knownAt: last.knownAt,
    points: new Map([...observed, ...standard].map((point) => [point.tenor, point])),
    observed,
  };
}
