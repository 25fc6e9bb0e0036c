import { computeMean, computeStd } from '../../../shared/numeric/series.ts';
import { computeRollingVol } from '../../../shared/numeric/returns.ts';
import { computeZAgainst } from '../../../shared/numeric/standing.ts';
import type { Day } from '../../../shared/time.ts';
import { findOnOrBefore, monthOf, type DatedValue } from '../framework/dated-values.ts';
import { addToMonth } from '../framework/periods.ts';
import { describeKey } from '../framework/describe-key.ts';
import { explainStale } from '../framework/points.ts';
import { countSessionsSince, STALE_SESSIONS } from '../framework/quality.ts';
import {
  describeInput,
  lackData,
  lackFreshData,
  type SignalDraft,
  type SignalInput,
} from '../framework/signal.ts';
import type { PricePoint, View } from '../framework/view.ts';
import type { FxEquilibriumParameters } from '../parameters.ts';

/** Carry of one fixing day: rates in percent a year, volatility in percent a year, ratio without unit. */
export interface CarryRatio {
  readonly date: Day;
  readonly carryPct: number;
  readonly volPct: number;
  readonly ratio: number;
}

/**
 * `(Selic − DFF)/vol` of the last fixing of each month, the last one included; vol is the annualized standard
 * deviation of the last `volSessions` simple returns. A day without rates, without so many returns or with no
 * volatility has none.
 */
export function listCarryRatios(
  selic: readonly DatedValue[],
  fedFunds: readonly DatedValue[],
  fixings: readonly Pick<PricePoint, 'date' | 'simpleReturn'>[],
  volSessions: number,
): CarryRatio[] {
  return fixings.flatMap(({ date }, index): CarryRatio[] => {
    const next = fixings[index + 1];
    if (next !== undefined && monthOf(next.date) === monthOf(date)) return [];
    const returns = fixings
      .slice(Math.max(0, index + 1 - volSessions), index + 1)
      .map((fixing) => fixing.simpleReturn);
    const vol = computeRollingVol(returns, volSessions).at(-1) ?? null;
    const home = findOnOrBefore(selic, date);
    const abroad = findOnOrBefore(fedFunds, date);
    if (vol === null || !(vol > 0) || home === undefined || abroad === undefined) return [];
    const carryPct = home.value - abroad.value;
    const volPct = vol * 100;
    return [{ date, carryPct, volPct, ratio: carryPct / volPct }];
  });
}

/** z of the last ratio against those of the `months` months before its own; `missingMonths` is 0 when they are all equal. */
export function standCarryRatio(
  ratios: readonly CarryRatio[],
  months: number,
): { z: number; mean: number; std: number } | { missingMonths: number } {
  const last = ratios.at(-1);
  const byMonth = new Map(ratios.map((ratio) => [monthOf(ratio.date), ratio.ratio]));
  const past = Array.from({ length: months }, (_, i) =>
    last === undefined ? undefined : byMonth.get(addToMonth(monthOf(last.date), i - months)),
  ).filter((ratio) => ratio !== undefined);
  if (last === undefined || past.length < months) return { missingMonths: months - past.length };
  const z = computeZAgainst(last.ratio, past);
  return z === null ? { missingMonths: 0 } : { z, mean: computeMean(past)!, std: computeStd(past)! };
}

/** The rates of a carry: those in force on the day of its fixing, which later ones do not change. */
export const describeCarryRates = (view: View, fixingDate: Day | undefined): SignalInput[] =>
  ['BR_SELIC_TARGET', 'US_FED_FUNDS'].map((key) =>
    describeInput(
      key,
      view
        .macro(key, 'level')
        .findLast(
          ({ periodStart, value }) =>
            value !== null && (fixingDate === undefined || periodStart <= fixingDate),
        ),
    ),
  );

/** FX_BR_CARRY_RISK: z above 1 SHORT (carry pays for the risk), below −1 LONG, between NEUTRAL. */
export function assessCarryRisk(
  view: View<FxEquilibriumParameters>,
  ratios: readonly CarryRatio[],
): SignalDraft {
  const { volSessions, months, fireAt, fullConfidenceAt } = view.parameters.carryRisk;
  const selic = view.macro('BR_SELIC_TARGET', 'level');
  const fedFunds = view.macro('US_FED_FUNDS', 'level');
  const spot = view.prices('USDBRL_PTAX').at(-1);
  const { partition } = view;
  const detail = {
    inputs: [...describeCarryRates(view, spot?.date), describeInput('USDBRL_PTAX', spot)],
  };
  const missing = [
    ...(selic.length === 0 ? [describeKey('BR_SELIC_TARGET')] : []),
    ...(fedFunds.length === 0 ? [describeKey('US_FED_FUNDS')] : []),
    ...(spot === undefined ? ['BCB PTAX USDBRL'] : []),
  ];
  if (missing.length > 0 || spot === undefined) return lackData(`missing ${missing.join(', ')}`, detail);
  const stale = [
    ...['BR_SELIC_TARGET', 'US_FED_FUNDS']
      .map((key) => explainStale(view, key, 'level'))
      .filter((reason) => reason !== null),
    ...(countSessionsSince('USDBRL_PTAX', spot.date, partition) > STALE_SESSIONS
      ? [`BCB PTAX USDBRL: last fixing ${spot.date}`]
      : []),
  ];
  if (stale.length > 0) return lackFreshData(stale.join('; '), detail);
  const last = ratios.at(-1);
  if (last?.date !== spot.date) {
    return lackData(`BCB PTAX USDBRL: no ${volSessions}-session volatility on ${spot.date}`, detail);
  }
  const standing = standCarryRatio(ratios, months);
  if ('missingMonths' in standing) {
    const reason =
      standing.missingMonths === 0
        ? 'the carry ratios of the past months do not vary'
        : `${months - standing.missingMonths} of ${months} past months of SGS 432, FRED DFF and BCB PTAX`;
    return lackData(reason, detail);
  }
  const { z, mean, std } = standing;
  const direction = z > fireAt ? 'SHORT' : z < -fireAt ? 'LONG' : 'NEUTRAL';
  return {
    ...detail,
    status: 'OK',
    direction,
    confidence: direction === 'NEUTRAL' ? 0 : Math.min(1, Math.abs(z) / fullConfidenceAt),
    value: z,
    metadata: { ...last, meanRatio: mean, stdRatio: std, months },
    highlights: ['carryPct', 'volPct', 'ratio'],
  };
}
