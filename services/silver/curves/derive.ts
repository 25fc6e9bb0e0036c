import type { StoredCurvePoint } from '../../../shared/db/reader.ts';
import type { CurveFitRecord, CurveMetricRecord, CurvePointRecord } from '../../../shared/silver/rows.ts';
import type { CurveId } from '../../../shared/silver/curve-conventions.ts';
import { SUPERSEDED } from '../../../shared/silver/retired.ts';
import type { Day, Instant } from '../../../shared/time.ts';
import type { CurveSet, Fit, Metric, Point } from './curve-set.ts';

/** Rows of the curves of one date, every revision. */
export interface DerivedCurves {
  readonly points: CurvePointRecord[];
  readonly fits: CurveFitRecord[];
  readonly metrics: CurveMetricRecord[];
}

function toPointRow(curveDate: Day, knownAt: Instant, point: Point): CurvePointRecord {
  return { ...point, flags: [...point.flags], curveDate, knownAt };
}

function toFitRow(
  curveDate: Day,
  knownAt: Instant,
  { curveId, model, fit, points, inputs }: Fit,
): CurveFitRecord {
  return {
    curveId,
    curveDate,
    model,
    knownAt,
    b0: fit?.b0 ?? null,
    b1: fit?.b1 ?? null,
    b2: fit?.b2 ?? null,
    b3: fit?.b3 ?? null,
    l1: fit?.l1 ?? null,
    l2: fit?.l2 ?? null,
    rmseBp: fit?.rmseBp ?? null,
    condition: fit?.condition ?? null,
    points,
    status: fit?.status ?? 'too_few_points',
    inputs,
  };
}

function toMetricRow(curveDate: Day, knownAt: Instant, metric: Metric): CurveMetricRecord {
  return { ...metric, curveDate, knownAt };
}

function retireFit(row: CurveFitRecord, knownAt: Instant): CurveFitRecord {
  const { curveId, curveDate, inputs } = row;
  const model = row.model as Fit['model'];
  return toFitRow(curveDate, knownAt, { curveId: curveId as CurveId, model, fit: null, points: 0, inputs });
}

/**
 * The last row of each identity, to tell what a new moment changes. A row that differs in its lineage alone says nothing
 * new: the one in force keeps the inputs from which its value was first known.
 */
function createLedger<Row extends { readonly knownAt: Instant }>(
  identify: (row: Row) => string,
  retire: (row: Row, knownAt: Instant) => Row,
) {
  const rows: Row[] = [];
  const inForce = new Map<string, { readonly row: Row; readonly content: string }>();
  const describe = (row: Row): string => JSON.stringify({ ...row, knownAt: 0, inputs: '' });
  const put = (row: Row): void => {
    const content = describe(row);
    if (inForce.get(identify(row))?.content === content) return;
    inForce.set(identify(row), { row, content });
    rows.push(row);
  };
  return {
    rows,
    /** Puts what is now in force; what is not among it any more is retired. */
    replace(now: readonly Row[], knownAt: Instant): void {
      const present = new Set(now.map(identify));
      for (const [id, { row }] of inForce) {
        if (!present.has(id)) put(retire(row, knownAt));
      }
      for (const row of now) put(row);
    },
  };
}

const isObserved = ({ method }: CurvePointRecord): boolean => method === 'observed';

/**
 * Curve rows of one date from all revisions of its source points: replays them in the order in which they became known
 * and adds a row wherever a value differs from the one in force.
 */
export function deriveCurves(
  date: Day,
  revisions: readonly StoredCurvePoint[],
  build: (points: readonly StoredCurvePoint[]) => CurveSet,
): DerivedCurves {
  const points = createLedger<CurvePointRecord>(
    (row) => `${row.curveId} ${row.tenor} ${isObserved(row)}`,
    (row, knownAt) => ({ ...row, knownAt, value: null, flags: [], reason: SUPERSEDED }),
  );
  const fits = createLedger<CurveFitRecord>((row) => `${row.curveId} ${row.model}`, retireFit);
  const metrics = createLedger<CurveMetricRecord>(
    (row) => `${row.curveId} ${row.metric}`,
    (row, knownAt) => ({ ...row, knownAt, value: null, reason: SUPERSEDED }),
  );
  const known = new Map<string, StoredCurvePoint>();
  // The newest revision counts, in whatever order those of one moment come.
  const events = [...revisions].sort((a, b) => a.releaseTime - b.releaseTime || a.revision - b.revision);
  for (let start = 0; start < events.length;) {
    const knownAt = events[start]!.releaseTime;
    let end = start;
    for (; events[end]?.releaseTime === knownAt; end += 1) {
      const point = events[end]!;
      known.set(`${point.key} ${point.curveId} ${point.vertex}`, point);
    }
    const set = build([...known.values()]);
    points.replace(
      set.points.map((point) => toPointRow(date, knownAt, point)),
      knownAt,
    );
    fits.replace(
      set.fits.map((fit) => toFitRow(date, knownAt, fit)),
      knownAt,
    );
    metrics.replace(
      set.metrics.map((metric) => toMetricRow(date, knownAt, metric)),
      knownAt,
    );
    start = end;
  }
  return { points: points.rows, fits: fits.rows, metrics: metrics.rows };
}
