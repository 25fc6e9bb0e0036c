import { areBoundsDue, isPlausibleJump } from '../connectors/bounds.ts';
import type { Frequency } from '../connectors/connector.ts';
import { daysBetween } from '../time.ts';
import type { CheckInput, CheckTest, Failure } from './check.ts';
import { calendarDaysOf, listSeries, type Measure } from './measure.ts';

/** Calendar days after which an observation has no neighbour any more: a series with a hole starts anew. */
export const NEIGHBOUR_DAYS: Readonly<Record<Frequency, number>> = { D: 10, W: 21, M: 62, Q: 184, A: 732 };

/** What was known of the date before when a vintage was made: its newest accepted vintage not after it. */
function findReference(previous: readonly Measure[], measure: Measure): Measure | undefined {
  return previous.findLast((other) => other.vintage <= measure.vintage);
}

/**
 * Walks one series. A value is compared with the last one that was accepted, so that a level that moved away stays held
 * until somebody looks, and the return from a single bad value is not blamed. After a hole in the data there is nothing
 * to compare with.
 */
function walk(input: CheckInput, measures: readonly Measure[]): Failure[] {
  const failures: Failure[] = [];
  let accepted: readonly Measure[] = [];
  let before: string | null = null;
  for (const [date, vintages] of Map.groupBy(measures, (measure) => measure.date)) {
    if (before !== null && daysBetween(before, date) > NEIGHBOUR_DAYS[input.key.frequency]) accepted = [];
    before = date;
    const good = vintages.filter((measure) => {
      const { candidate, value } = measure;
      const reference = findReference(accepted, measure);
      const isFailure = reference !== undefined && !isPlausibleJump(input.key, reference.value, value);
      if (reference !== undefined && isFailure && !input.neighbours.includes(candidate))
        failures.push({
          date,
          candidate,
          observed: `${value} after ${reference.value} of ${reference.date}`,
        });
      return !input.isHeld(candidate) && (!isFailure || input.isOverridden(date));
    });
    if (good.length > 0) accepted = good;
  }
  return failures;
}

/** Changes that are larger than the key's registered bound. */
export const testJump: CheckTest = (input) => {
  const { key, candidates, neighbours } = input;
  const bound = key.jumpBound;
  if (bound === undefined) return null;
  const due = [...neighbours, ...candidates].filter(({ row }) =>
    areBoundsDue(key, row.date, calendarDaysOf(row)),
  );
  const series = [...listSeries(due).values()];
  const size = bound.kind === 'absolute' ? `${bound.value} ${key.unit}` : `${bound.value * 100} %`;
  return {
    tested: candidates.filter(({ row }) => areBoundsDue(key, row.date, calendarDaysOf(row))).length,
    expected: `a change of at most ${size}`,
    failures: series.flatMap((measures) => walk(input, measures)),
  };
};
