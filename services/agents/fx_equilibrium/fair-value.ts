import { monthOf } from '../framework/dated-values.ts';
import { addToMonth } from '../framework/periods.ts';
import { countSessionsSince, STALE_SESSIONS } from '../framework/quality.ts';
import { describeInput, lackData, lackFreshData, ModelError, type SignalDraft } from '../framework/signal.ts';
import type { View } from '../framework/view.ts';
import type { FxEquilibriumParameters } from '../parameters.ts';
import { computeMisalignmentPct, fitBeer, listUsablePredictors, type BeerTable } from './beer.ts';
import { buildBeerInputs } from './beer-table.ts';

/** Series of the equation, in the order of its predictors. */
export const BEER_KEYS = [
  'BR_ICBR_USD',
  'BR_ICBR_BRL',
  'BR_USDBRL_MONTH_AVG',
  'US_TIPS_5Y',
  'BR_RESERVES',
  'BR_GDP_12M_BRL',
  'BR_IPCA_MOM',
  'US_CPI_ALL_SA',
  'BR_INFLATION_EXPECTATION_BLEND',
] as const;

/**
 * FX_BR_BEER: percent by which spot stands above the fair value of the equation; above 5 SHORT, below −5 LONG.
 * Capped when the residuals are not cointegrated at 10 % or an input is a substitute.
 *
 * @throws ModelError when the columns of the regression are linearly dependent
 */
export function assessFairValue(view: View<FxEquilibriumParameters>): SignalDraft {
  const parameters = view.parameters.beer;
  const { minPredictors, fireAtPct, fullConfidenceAtPct, staleMonths, cap } = parameters;
  const spot = view.prices('USDBRL_PTAX').at(-1);
  const { table, missing, proxies } = buildBeerInputs(view);
  const inputs = [
    describeInput('USDBRL_PTAX', spot),
    ...BEER_KEYS.map((key) => describeInput(key, view.macro(key, 'level').at(-1))),
  ];
  const usable = listUsablePredictors(table, parameters);
  const lacks = Object.entries(missing).map(([name, lack]) => `${name} needs ${lack}`);
  const detail = { inputs, metadata: { predictors: usable, missing } };
  if (spot === undefined) return lackData('missing BCB PTAX USDBRL', detail);
  if (usable.length < minPredictors) {
    const have = usable.length === 0 ? 'no predictor' : `only ${usable.join(', ')}`;
    return lackData(`${have} of the ${minPredictors} predictors needed: ${lacks.join('; ')}`, detail);
  }
  if (countSessionsSince('USDBRL_PTAX', spot.date, view.partition) > STALE_SESSIONS) {
    return lackFreshData(`BCB PTAX USDBRL: last fixing ${spot.date}`, detail);
  }
  const lastMonth = addToMonth(monthOf(spot.date), -1);
  const fit = view.memo('beer', `${lastMonth} ${signTable(table)}`, () =>
    fitBeer(table, lastMonth, parameters),
  );
  if (fit === null)
    throw new ModelError('fair-value equation: too few complete rows or linearly dependent columns');
  if (fit.lastMonth < addToMonth(lastMonth, -staleMonths)) {
    return lackFreshData(`newest complete predictors are of ${fit.lastMonth}`, detail);
  }
  const misalignment = computeMisalignmentPct(spot.price, fit.fair);
  const direction = misalignment > fireAtPct ? 'SHORT' : misalignment < -fireAtPct ? 'LONG' : 'NEUTRAL';
  const isCointegrated = fit.engleGranger?.cointegrated ?? false;
  return {
    ...detail,
    status: 'OK',
    direction,
    confidence: direction === 'NEUTRAL' ? 0 : Math.min(1, Math.abs(misalignment) / fullConfidenceAtPct),
    value: misalignment,
    caps: isCointegrated && proxies.length === 0 ? [] : [cap],
    proxies,
    metadata: { ...detail.metadata, ...fit, spot: spot.price, isCointegrated },
    highlights: ['fair', 'spot', 'lastMonth'],
  };
}

function signTable(table: BeerTable): string {
  return Object.entries(table)
    .map(([name, values]) => `${name}:${[...values].map(([month, value]) => `${month}=${value}`).join(',')}`)
    .join(' ');
}
