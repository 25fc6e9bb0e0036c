import { toIso, type Instant } from '../time.ts';
import type { Candidate, CheckInput, CheckTest, Failure } from './check.ts';
import { isProjection } from './future.ts';
import { listSeries, vintageOf } from './measure.ts';

/** What is wrong with a vintage on its own: made before the period it measures, or after it was fetched. */
function findMisdated({ key, asked }: CheckInput, candidate: Candidate): string | null {
  const { row } = candidate;
  if (row.vintageAt === null) return null;
  if (row.vintageAt > asked.at) return `vintage ${toIso(row.vintageAt)}, fetched ${toIso(asked.at)}`;
  const isEarly = !isProjection(key) && toIso(row.vintageAt).slice(0, 10) < row.date;
  return isEarly ? `vintage ${toIso(row.vintageAt)} before ${row.date}` : null;
}

/** A release moment that a provider gave itself may not go back from one vintage to the next. */
function listReturns(vintages: readonly Candidate[]): Failure[] {
  let latest: Instant = Number.NEGATIVE_INFINITY;
  const failures: Failure[] = [];
  for (const candidate of vintages.toSorted((a, b) => vintageOf(a) - vintageOf(b))) {
    const { releaseTime, releaseBasis, date } = candidate.row;
    if (releaseTime === null || releaseBasis !== 'provider') continue;
    if (releaseTime < latest)
      failures.push({ date, candidate, observed: `released ${toIso(releaseTime)}, before ${toIso(latest)}` });
    else latest = releaseTime;
  }
  return failures;
}

/** Vintages in an order that time does not have. */
export const testVintages: CheckTest = (input) => {
  const versions = input.candidates.filter(
    ({ row }) => row.vintageAt !== null || row.releaseBasis === 'provider',
  );
  if (versions.length === 0) return null;
  const misdated = versions.flatMap((candidate): Failure[] => {
    const observed = findMisdated(input, candidate);
    return observed === null ? [] : [{ date: candidate.row.date, candidate, observed }];
  });
  const returns = [...listSeries(versions).values()].flatMap((measures) =>
    [...Map.groupBy(measures, ({ date }) => date).values()].flatMap((same) =>
      same.length < 2 ? [] : listReturns(same.map(({ candidate }) => candidate)),
    ),
  );
  return {
    tested: versions.length,
    expected: 'vintages after their period and before the fetch, releases that do not go back',
    failures: [...misdated, ...returns],
  };
};
