import type { CheckName } from './catalog.ts';

/** Where the numbers of one side are: a key, the field of its rows, and for curves a vertex (absent: every vertex). */
export interface Side {
  readonly key: string;
  readonly field: 'value' | 'close' | 'bid' | 'ask' | 'rate';
  readonly vertex?: string;
}

/** Two publications of one number. */
export interface Reconciliation {
  readonly check: CheckName;
  /** The publication that the other one follows from, or the first of two equals. */
  readonly source: Side;
  readonly derived: Side;
  /** What the derived side should say, from a number of the source. */
  readonly expect: (source: number) => number;
  /** Largest difference, in the unit of the derived side. */
  readonly tolerance: number;
  /** Largest difference as a share of the number instead, where the two are levels. */
  readonly isRelative?: true;
}

const BUSINESS_DAYS_PER_YEAR = 252;
const same = (value: number): number => value;
const toPercent = (fraction: number): number => fraction * 100;

/** Percent per business day to percent a year. */
function annualise(percentPerDay: number): number {
  return ((1 + percentPerDay / 100) ** BUSINESS_DAYS_PER_YEAR - 1) * 100;
}

/** Half a unit of the fourth decimal, and a little for the binary representation. */
const FOUR_DECIMALS = 0.000_051;
/** The annualised series has two decimals, the daily one six. */
const ANNUAL_TOLERANCE = 0.011;
/** Par yields have two decimals in both places. */
const PAR_TOLERANCE = 0.005_1;
/** Rounded settlement prices move a short vertex by a few basis points. */
const SETTLEMENT_TOLERANCE = 0.000_5;
const LEVEL_TOLERANCE = 0.001;

function comparePar(key: string, curve: 'UST_NOM' | 'UST_REAL', vertex: string): Reconciliation {
  return {
    check: 'treasury_par',
    source: { key: curve, field: 'rate', vertex },
    derived: { key, field: 'value' },
    expect: toPercent,
    tolerance: PAR_TOLERANCE,
  };
}

function compareLevels(bars: string, series: string): Reconciliation {
  return {
    check: 'index_level',
    source: { key: series, field: 'value' },
    derived: { key: bars, field: 'close' },
    expect: same,
    tolerance: LEVEL_TOLERANCE,
    isRelative: true,
  };
}

/** Every pair of publications that must agree. A pair with a key that is not registered tests nothing. */
export const RECONCILIATIONS: readonly Reconciliation[] = [
  {
    check: 'ptax_fixing',
    source: { key: 'USDBRL_PTAX', field: 'ask' },
    derived: { key: 'BR_PTAX_SELL', field: 'value' },
    expect: same,
    tolerance: FOUR_DECIMALS,
  },
  {
    check: 'ptax_fixing',
    source: { key: 'USDBRL_PTAX', field: 'bid' },
    derived: { key: 'BR_PTAX_BUY', field: 'value' },
    expect: same,
    tolerance: FOUR_DECIMALS,
  },
  {
    check: 'annualised_rate',
    source: { key: 'BR_SELIC_DAILY', field: 'value' },
    derived: { key: 'BR_SELIC_ANNUAL', field: 'value' },
    expect: annualise,
    tolerance: ANNUAL_TOLERANCE,
  },
  {
    check: 'annualised_rate',
    source: { key: 'BR_CDI_DAILY', field: 'value' },
    derived: { key: 'BR_CDI_ANNUAL', field: 'value' },
    expect: annualise,
    tolerance: ANNUAL_TOLERANCE,
  },
  comparePar('US_UST_2Y', 'UST_NOM', '2Y'),
  comparePar('US_UST_5Y', 'UST_NOM', '5Y'),
  comparePar('US_UST_10Y', 'UST_NOM', '10Y'),
  comparePar('US_UST_30Y', 'UST_NOM', '30Y'),
  comparePar('US_TIPS_5Y', 'UST_REAL', '5Y'),
  comparePar('US_TIPS_10Y', 'UST_REAL', '10Y'),
  {
    check: 'settlement',
    source: { key: 'DI1', field: 'rate' },
    derived: { key: 'PRE', field: 'rate' },
    expect: same,
    tolerance: SETTLEMENT_TOLERANCE,
  },
  compareLevels('VIX', 'US_VIX_CLOSE'),
  compareLevels('SP500', 'US_SP500_CLOSE'),
  compareLevels('NASDAQ', 'US_NASDAQ_CLOSE'),
];

/** One name for each side, equal for equal sides. */
export function describeSide({ key, field, vertex }: Side): string {
  return [key, field, ...(vertex === undefined ? [] : [vertex])].join(' ');
}

/** The other sides of every reconciliation of a key. */
export function listCounterparts(key: string): Side[] {
  const sides = RECONCILIATIONS.flatMap(({ source, derived }): Side[] => {
    if (source.key === key) return [derived];
    return derived.key === key ? [source] : [];
  });
  return [...new Map(sides.map((side) => [describeSide(side), side])).values()];
}
