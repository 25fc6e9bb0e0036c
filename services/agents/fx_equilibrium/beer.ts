import { testEngleGranger, type EngleGranger } from '../../../shared/numeric/adf.ts';
import { fitOls, predictOls } from '../../../shared/numeric/ols.ts';
import { addToMonth, type Month } from '../framework/periods.ts';
import type { FxEquilibriumParameters } from '../parameters.ts';

/** The numbers of the equation. */
export type BeerParameters = FxEquilibriumParameters['beer'];

/** What USDBRL is explained by. */
export const BEER_PREDICTORS = ['tot', 'realRate', 'nfa', 'cpiRatio'] as const;

export type BeerPredictor = (typeof BEER_PREDICTORS)[number];

/** Sign that theory expects of each coefficient. */
const EXPECTED_SIGNS: Readonly<Record<BeerPredictor, 1 | -1>> = {
  tot: -1,
  realRate: -1,
  nfa: -1,
  cpiRatio: 1,
};

/**
 * Monthly inputs by month: `lnSpot` ln BRL per USD at the end of the month; `tot` ln index; `realRate` Brazil minus US,
 * percent; `nfa` reserves over GDP, fraction; `cpiRatio` ln of Brazilian over US consumer prices.
 */
export type BeerTable = Readonly<Record<BeerPredictor | 'lnSpot', ReadonlyMap<Month, number>>>;

/** A fitted fair-value equation. Coefficients are by predictor; `lastX` is the newest complete row of predictors. */
export interface BeerFit {
  readonly predictors: readonly BeerPredictor[];
  readonly intercept: number;
  readonly coefficients: Readonly<Partial<Record<BeerPredictor, number>>>;
  readonly wrongSigns: readonly BeerPredictor[];
  readonly r2: number;
  readonly n: number;
  readonly engleGranger: EngleGranger | null;
  readonly lastMonth: Month;
  /** Fair BRL per USD for the month after `lastMonth`. */
  readonly fair: number;
}

/** Predictors with enough months to take part. */
export function listUsablePredictors(table: BeerTable, parameters: BeerParameters): BeerPredictor[] {
  const { firstMonth, minRows } = parameters;
  return BEER_PREDICTORS.filter((name) => countMonths(table[name], firstMonth) >= minRows);
}

/**
 * OLS of `ln USDBRL` at the end of month m on the predictors of month m − 1, over the months up to `lastMonth`
 * (coefficients never see the month that is valued), and the fair value from the newest complete predictors at or
 * before `lastMonth`.
 *
 * Returns null with too few predictors or complete rows, or when the columns are linearly dependent.
 */
export function fitBeer(table: BeerTable, lastMonth: Month, parameters: BeerParameters): BeerFit | null {
  const { firstMonth, minRows, minPredictors, maxLags } = parameters;
  const predictors = listUsablePredictors(table, parameters);
  if (predictors.length < minPredictors) return null;
  const readRow = (month: Month): number[] | null => {
    const row = predictors.map((name) => table[name].get(month));
    return row.every((value) => value !== undefined) ? row : null;
  };
  const rows: number[][] = [];
  const target: number[] = [];
  let newest: { month: Month; row: number[] } | null = null;
  for (let month = firstMonth; month <= lastMonth; month = addToMonth(month, 1)) {
    const row = readRow(month);
    if (row === null) continue;
    newest = { month, row };
    const next = addToMonth(month, 1);
    const lnSpot = next <= lastMonth ? table.lnSpot.get(next) : undefined;
    if (lnSpot === undefined) continue;
    rows.push(row);
    target.push(lnSpot);
  }
  if (rows.length < minRows || newest === null) return null;
  const fit = fitOls(rows, target);
  if (fit === null) return null;
  const slopes = predictors.map((name, i) => [name, fit.coefficients[i + 1]!] as const);
  return {
    predictors,
    intercept: fit.coefficients[0]!,
    coefficients: Object.fromEntries(slopes),
    wrongSigns: slopes
      .filter(([name, slope]) => Math.sign(slope) === -EXPECTED_SIGNS[name])
      .map(([name]) => name),
    r2: fit.r2,
    n: fit.n,
    engleGranger: testEngleGranger(fit.residuals, predictors.length, maxLags),
    lastMonth: newest.month,
    fair: Math.exp(predictOls(fit, newest.row)),
  };
}

/** `(S/S_fair − 1)·100`: percent by which USDBRL stands above its fair value. */
export function computeMisalignmentPct(spot: number, fair: number): number {
  return (spot / fair - 1) * 100;
}

/** Months of the sample that a predictor has. */
export function countMonths(values: ReadonlyMap<Month, number>, firstMonth: Month): number {
  return [...values.keys()].filter((month) => month >= firstMonth).length;
}
