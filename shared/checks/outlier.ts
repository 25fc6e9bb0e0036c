import type { KeyDefinition } from '../connectors/connector.ts';
import { daysBetween } from '../time.ts';
import type { CheckTest, Failure } from './check.ts';
import { NEIGHBOUR_DAYS } from './jump.ts';
import { listSeries, pickLatest, type Measure } from './measure.ts';

/** A change this many robust standard deviations from the usual one is worth a look. */
const DEVIATIONS = 15;
/** Median absolute deviation of a normal distribution, as a share of its standard deviation, inverted. */
const NORMAL_SCALE = 1.4826;
const MIN_CHANGES = 60;

function computeMedian(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

interface Change {
  readonly to: Measure;
  readonly size: number;
}

/** Units whose values are shares already: near zero a small change of a rate is a large share of it. */
const SHARES = /^(percent|decimal)/;

/** Changes between neighbours: logarithmic for a level that is positive throughout, else differences. */
function listChanges(key: KeyDefinition, measures: readonly Measure[]): Change[] {
  const maxDays = NEIGHBOUR_DAYS[key.frequency];
  const isLevel = !SHARES.test(key.unit) && measures.every(({ value }) => value > 0);
  return measures.slice(1).flatMap((to, index): Change[] => {
    const from = measures[index];
    if (from === undefined || daysBetween(from.date, to.date) > maxDays) return [];
    return [{ to, size: isLevel ? Math.log(to.value / from.value) : to.value - from.value }];
  });
}

/** Changes far from the usual ones of the same window, by median and median absolute deviation. */
export const testOutlier: CheckTest = ({ key, candidates }) => {
  if (candidates.some(({ row }) => row.table === 'curve_points')) return null;
  let tested = 0;
  const failures: Failure[] = [];
  for (const measures of listSeries(candidates).values()) {
    const changes = listChanges(key, pickLatest(measures));
    if (changes.length < MIN_CHANGES) continue;
    tested += changes.length;
    const center = computeMedian(changes.map(({ size }) => size));
    const spread = NORMAL_SCALE * computeMedian(changes.map(({ size }) => Math.abs(size - center)));
    // A rate that hardly ever moves has no usual change.
    if (!(spread > 0)) continue;
    for (const { to, size } of changes) {
      const distance = Math.abs(size - center) / spread;
      if (distance > DEVIATIONS)
        failures.push({
          date: to.date,
          candidate: to.candidate,
          observed: `${distance.toFixed(1)} deviations`,
        });
    }
  }
  if (tested === 0) return null;
  return { tested, failures, expected: `a change within ${DEVIATIONS} robust deviations of the usual one` };
};
