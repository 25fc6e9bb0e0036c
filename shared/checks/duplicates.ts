import type { BronzeRow } from '../connectors/connector.ts';
import type { Candidate, CheckTest, Failure } from './check.ts';
import { vintageOf } from './measure.ts';

const LINEAGE = new Set(['vintageAt', 'releaseTime', 'releaseBasis']);

function identityOf(candidate: Candidate): string {
  const { row, payloadId } = candidate;
  const part =
    row.table === 'corporate_actions'
      ? row.kind
      : row.table === 'curve_points'
        ? `${row.curveId} ${row.vertex}`
        : '';
  return [row.table, row.key, row.date, part, vintageOf(candidate), payloadId].join('|');
}

function contentOf(row: BronzeRow): string {
  return JSON.stringify(Object.entries(row).filter(([name]) => !LINEAGE.has(name)));
}

/**
 * Rows of one answer that give two different values for one thing: nobody can say which is meant, so none is taken. Equal
 * copies are one row.
 */
export const testDuplicates: CheckTest = ({ candidates }) => ({
  tested: candidates.length,
  expected: 'one value of each thing in one answer',
  failures: [...Map.groupBy(candidates, identityOf).values()].flatMap((same): Failure[] => {
    if (same.length === 1 || new Set(same.map(({ row }) => contentOf(row))).size === 1) return [];
    const observed = `${same.length} different rows`;
    return same.map((candidate) => ({ date: candidate.row.date, candidate, observed }));
  }),
});
