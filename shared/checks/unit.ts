import type { Candidate, CheckTest, Failure } from './check.ts';

/** Cents carry a code of their own: the prices of a bushel are a hundred times those in dollars. */
const CENTS = /^us_cents_per_/;
const CURRENCY = /^([a-z]{3})_per_/;

function readCurrency(unit: string): string | null {
  if (CENTS.test(unit)) return 'USX';
  return CURRENCY.exec(unit)?.[1]?.toUpperCase() ?? null;
}

/** Bars in another currency than the unit of their key says. */
export const testUnit: CheckTest = ({ key, candidates }) => {
  const currency = readCurrency(key.unit);
  const quoted = candidates.flatMap((candidate): { candidate: Candidate; got: string }[] => {
    const { row } = candidate;
    return row.table === 'bars' && row.currency !== null ? [{ candidate, got: row.currency }] : [];
  });
  if (currency === null || quoted.length === 0) return null;
  return {
    tested: quoted.length,
    expected: `${currency}, the currency of ${key.unit}`,
    failures: quoted.flatMap(({ candidate, got }): Failure[] =>
      got === currency ? [] : [{ date: candidate.row.date, candidate, observed: got }],
    ),
  };
};
