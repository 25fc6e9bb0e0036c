import type { CurvePointRow } from '../connectors/connector.ts';
import type { Candidate, CheckTest, Failure } from './check.ts';

/** Vertices that a whole curve of a key has at least; other keys have no such number. */
const MIN_VERTICES: Readonly<Record<string, number>> = {
  PRE: 20,
  DIC: 20,
  DOC: 20,
  DI1: 8,
  DAP: 2,
  DDI: 3,
  FRC: 3,
  DOL: 2,
  UST_NOM: 8,
  UST_REAL: 3,
};

interface Point {
  readonly candidate: Candidate;
  readonly row: CurvePointRow;
}

/** The points of each curve of each answer: a curve is what one file says of one date. */
function listCurves(candidates: readonly Candidate[]): Point[][] {
  const points = candidates.flatMap((candidate): Point[] => {
    const { row } = candidate;
    return row.table === 'curve_points' ? [{ candidate, row }] : [];
  });
  const curves = Map.groupBy(
    points,
    ({ candidate, row }) => `${row.curveId} ${row.date} ${candidate.payloadId}`,
  );
  return [...curves.values()];
}

/** Curves with fewer vertices than a whole one: what is left of a broken file. */
export const testVertices: CheckTest = ({ key, candidates }) => {
  const least = MIN_VERTICES[key.key];
  const curves = listCurves(candidates);
  if (least === undefined || curves.length === 0) return null;
  return {
    tested: curves.length,
    expected: `at least ${least} vertices a day`,
    failures: curves.flatMap((points): Failure[] =>
      points.length >= least
        ? []
        : points.map(({ candidate, row }) => ({
            date: row.date,
            candidate,
            observed: `${points.length} vertices`,
          })),
    ),
  };
};

/** Vertices whose business days fall while the calendar days rise, or outnumber them. */
export const testDayCounts: CheckTest = ({ candidates }) => {
  const curves = listCurves(candidates).map((points) =>
    points.filter(({ row }) => row.businessDays !== null),
  );
  const failures = curves.flatMap((points) => {
    let most = 0;
    return points
      .toSorted((a, b) => a.row.calendarDays - b.row.calendarDays)
      .flatMap(({ candidate, row }): Failure[] => {
        const businessDays = row.businessDays ?? 0;
        const isWrong = businessDays < most || businessDays > row.calendarDays;
        most = Math.max(most, isWrong ? most : businessDays);
        if (!isWrong) return [];
        const observed = `${row.vertex}: ${businessDays} business in ${row.calendarDays} calendar days`;
        return [{ date: row.date, candidate, observed }];
      });
  });
  const tested = curves.reduce((sum, points) => sum + points.length, 0);
  if (tested === 0) return null;
  return {
    tested,
    failures,
    expected: 'business days that rise with the calendar days and do not exceed them',
  };
};
