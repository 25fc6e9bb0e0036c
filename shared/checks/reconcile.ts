import type { BronzeRow } from '../connectors/connector.ts';
import type { Candidate, CheckInput, CheckTest, Failure, PointValues } from './check.ts';
import type { CheckName } from './catalog.ts';
import { describeSide, RECONCILIATIONS, type Reconciliation, type Side } from './reconciliations.ts';

/** A number of a side, with the point at which another publication has the same one: the date, for curves and days. */
export interface SidePoint {
  readonly point: string;
  readonly value: number;
}

/** What a row contributes to a side; null when it is no part of it. */
export function readSidePoint(side: Side, row: BronzeRow): SidePoint | null {
  if (row.key !== side.key) return null;
  const text = (row as unknown as Readonly<Record<string, string | null | undefined>>)[side.field];
  if (text === null || text === undefined) return null;
  const value = Number(text);
  if (row.table !== 'curve_points') return { point: row.date, value };
  if (side.vertex !== undefined) return row.vertex === side.vertex ? { point: row.date, value } : null;
  return row.businessDays === null ? null : { point: `${row.date} ${row.businessDays}`, value };
}

/** The numbers that candidates give to a side; the newest vintage of a point counts, candidates being in that order. */
export function collectSide(side: Side, candidates: readonly Candidate[]): PointValues {
  return new Map(
    candidates.flatMap(({ row }): [string, number][] => {
      const found = readSidePoint(side, row);
      return found === null ? [] : [[found.point, found.value]];
    }),
  );
}

function isApart({ tolerance, isRelative }: Reconciliation, expected: number, got: number): boolean {
  return Math.abs(got - expected) > (isRelative === true ? tolerance * Math.abs(expected) : tolerance);
}

function compare(input: CheckInput, pair: Reconciliation): { tested: number; failures: Failure[] } {
  const isDerived = pair.derived.key === input.key.key;
  const own = isDerived ? pair.derived : pair.source;
  const other = isDerived ? pair.source : pair.derived;
  const counterparts = input.counterparts.get(describeSide(other)) ?? new Map<string, number>();
  const newest = new Map<string, { value: number; candidate: Candidate }>();
  for (const candidate of input.candidates) {
    const found = readSidePoint(own, candidate.row);
    if (found !== null) newest.set(found.point, { value: found.value, candidate });
  }
  let tested = 0;
  const failures: Failure[] = [];
  for (const [point, { value, candidate }] of newest) {
    const counterpart = counterparts.get(point);
    if (counterpart === undefined) continue;
    tested += 1;
    const expected = pair.expect(isDerived ? counterpart : value);
    const got = isDerived ? value : counterpart;
    if (!isApart(pair, expected, got)) continue;
    const observed = `${pair.derived.key} ${got}, expected ${expected.toFixed(6)} from ${pair.source.key}`;
    // The source is what the other is made of: only the derived side can be wrong without it.
    failures.push({ date: candidate.row.date, candidate: isDerived ? candidate : null, observed });
  }
  return { tested, failures };
}

/** Compares the candidates of a key with the other publication of the same numbers. */
export function createReconciliation(check: CheckName): CheckTest {
  return (input) => {
    const pairs = RECONCILIATIONS.filter(
      (pair) => pair.check === check && [pair.source.key, pair.derived.key].includes(input.key.key),
    );
    const found = pairs.map((pair) => ({ pair, ...compare(input, pair) })).filter(({ tested }) => tested > 0);
    if (found.length === 0) return null;
    const named = found.map(({ pair }) => {
      const unit = pair.isRelative === true ? ` × ${pair.derived.key}` : '';
      return `|${describeSide(pair.source)} − ${describeSide(pair.derived)}| ≤ ${pair.tolerance}${unit}`;
    });
    return {
      tested: found.reduce((sum, { tested }) => sum + tested, 0),
      expected: named.join('; '),
      failures: found.flatMap(({ failures }) => failures),
    };
  };
}
