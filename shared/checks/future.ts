import type { KeyDefinition } from '../connectors/connector.ts';
import { toIso, type Day } from '../time.ts';
import type { CheckTest, Failure } from './check.ts';

/** True for a key whose publisher projects: dates after today are part of it (GDPPOT, NROU). */
export function isProjection(key: KeyDefinition): boolean {
  return 'isProjection' in key && key.isProjection === true;
}

/** Values of dates that had not begun anywhere when they were fetched, of a key that is no projection. */
export const testFuture: CheckTest = ({ key, candidates, asked }) => {
  if (isProjection(key)) return null;
  const today: Day = toIso(asked.at).slice(0, 10);
  return {
    tested: candidates.length,
    expected: `dates until ${today}, when it was fetched`,
    failures: candidates.flatMap((candidate): Failure[] => {
      const { date } = candidate.row;
      return date > today ? [{ date, candidate, observed: `a value of ${date}` }] : [];
    }),
  };
};
