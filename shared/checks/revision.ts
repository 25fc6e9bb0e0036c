import { isPlausibleJump } from '../connectors/bounds.ts';
import type { CheckTest, Failure } from './check.ts';
import { listSeries } from './measure.ts';

/**
 * Values that differ from the version before by more than two neighbouring observations may: a vintage from the one
 * before it in the same window, a value of a provider without vintages from the stored one. An index that was rebased
 * does that, and a series whose unit changed for its whole history, which no neighbour tells.
 */
export const testRevision: CheckTest = ({ key, candidates, stored }) => {
  const bound = key.jumpBound;
  if (bound === undefined || candidates.some(({ row }) => row.table === 'curve_points')) return null;
  let tested = 0;
  const failures: Failure[] = [];
  for (const measures of listSeries(candidates).values()) {
    for (const [date, versions] of Map.groupBy(measures, (measure) => measure.date)) {
      let before = versions[0]?.candidate.row.vintageAt === null ? stored.get(date) : undefined;
      for (const { candidate, value } of versions) {
        if (before !== undefined) {
          tested += 1;
          if (!isPlausibleJump(key, before, value))
            failures.push({ date, candidate, observed: `${value}, before it ${before}` });
        }
        before = value;
      }
    }
  }
  const size = bound.kind === 'absolute' ? `${bound.value} ${key.unit}` : `${bound.value * 100} %`;
  return { tested, failures, expected: `a revision of at most ${size}` };
};
