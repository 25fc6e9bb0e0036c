import type { Severity } from './check.ts';

/** What a check is, for people: the page of the documentation is made of it. */
export interface CheckDescription {
  readonly severity: Severity;
  /** What fails. */
  readonly what: string;
  /** Why it has this severity. */
  readonly why: string;
}

/** Every check, in the order in which they run. */
export const CHECKS = {
  schema: {
    severity: 'block',
    what: 'A date or number that is none, a high below the low, an ask below the bid, a vertex without days or value',
    why: 'such a row has no meaning',
  },
  duplicates: {
    severity: 'block',
    what: 'One answer that gives two different values for one thing',
    why: 'nobody can say which of the two is meant',
  },
  future: {
    severity: 'block',
    what: 'A date that had not begun when it was fetched, of a key that is not registered as a projection',
    why: 'a measured value cannot be older than its period',
  },
  vintages: {
    severity: 'block',
    what: 'A vintage before its period or after its fetch; a release time that goes back from one vintage to the next',
    why: 'it would make a value visible before anybody could know it',
  },
  unit: {
    severity: 'block',
    what: 'A bar in another currency than the unit of its key',
    why: 'prices in cents or in another currency look like prices',
  },
  range: {
    severity: 'block',
    what: 'A value outside the registered range of its key, a rate outside the bounds of its curve',
    why: 'the range holds every value the key has ever had, with room',
  },
  vertices: {
    severity: 'block',
    what: 'A curve with fewer vertices than a whole one',
    why: 'interpolation over what is left of a broken file gives a curve all the same',
  },
  day_counts: {
    severity: 'block',
    what: 'A vertex whose business days fall while the calendar days rise, or outnumber them',
    why: 'a rate at the wrong term is a wrong rate',
  },
  jump: {
    severity: 'block',
    what: 'A change from the last accepted value that is larger than registered; after a hole in the data none is expected',
    why: 'the bound is wider than every change on record: a digit too many, or a change of unit',
  },
  annualised_rate: {
    severity: 'block',
    what: 'SGS 1178 against (1 + SGS 11 / 100)^252 − 1, SGS 4389 against SGS 12',
    why: 'the annualised series is computed from the daily one by the same publisher: the computed one is held',
  },
  settlement: {
    severity: 'block',
    what: 'B3 PRE against the settlement rate of DI1 at equal business days, 5 bp',
    why: 'futures settle in money and the reference curve is drawn through them: the vertex of the curve is held',
  },
  outlier: {
    severity: 'warn',
    what: 'A change 15 robust deviations (median and MAD of the same window) from the usual one',
    why: 'markets do that in a crisis, and those days matter most',
  },
  revision: {
    severity: 'warn',
    what: 'A new version of a value that differs from the one before by more than the jump bound of its key',
    why: 'publishers rebase their indices and correct themselves; both versions are kept',
  },
  count: {
    severity: 'warn',
    what: 'Sessions or periods between the first and the last row that have none; optional days expect nothing',
    why: 'nothing can be held back for a row that is missing; a mandatory key without an expected value fails its partition anyway',
  },
  staleness: {
    severity: 'warn',
    what: 'The next value is overdue by more sessions (daily keys) or days than registered',
    why: 'as for count',
  },
  ptax_fixing: {
    severity: 'warn',
    what: 'SGS 1 against the ask of the closing bulletin, SGS 10813 against the bid, four decimals',
    why: 'two providers: which of them is wrong cannot be told by which came first',
  },
  treasury_par: {
    severity: 'warn',
    what: 'FRED DGS and DFII against the par curves of the Treasury, same tenor, two decimals',
    why: 'two providers',
  },
  index_level: {
    severity: 'warn',
    what: 'Yahoo closes against the FRED series of the same index, 0.1 %',
    why: 'two providers',
  },
} as const satisfies Record<string, CheckDescription>;

export type CheckName = keyof typeof CHECKS;

/** Names of all checks, in the order in which they run. */
export const CHECK_NAMES = Object.keys(CHECKS) as readonly CheckName[];
