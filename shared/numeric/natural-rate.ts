import { filterRandomWalk, type StateObservation } from './kalman.ts';

/** A month of the real policy rate and the activity gap, percent; null = missing. */
export type RealRateMonth = { realRate: number | null; gap: number | null };

/**
 * Monthly model of the neutral real rate. Variances in percent², `mean` and `variance` the state it starts from;
 * `gapSlope` is the effect of a one-point real-rate gap on activity.
 */
export type NaturalRateModel = {
  stateVariance: number;
  realRateVariance: number;
  gapVariance: number;
  gapSlope: number;
  mean: number;
  variance: number;
};

/** r* in percent a year, its variance, and the number of months with an observation. */
export type NaturalRate = { rStar: number; variance: number; n: number };

/**
 * Neutral real rate after each month, filtered: `r*_t = r*_{t−1} + w`, `rr_t = r*_t + v1`,
 * `gap_t + s·rr_t = s·r*_t + v2`. The second equation carries the real rate, without which a constant real rate and no
 * gap would not identify r*. It is skipped when either side is missing.
 */
export function filterNaturalRate(months: readonly RealRateMonth[], model: NaturalRateModel): NaturalRate[] {
  const { gapSlope } = model;
  const periods = months.map(({ realRate, gap }): StateObservation[] => [
    { y: realRate, loading: 1, variance: model.realRateVariance },
    {
      y: realRate === null || gap === null ? null : gap + gapSlope * realRate,
      loading: gapSlope,
      variance: model.gapVariance,
    },
  ]);
  let n = 0;
  return filterRandomWalk(periods, model).map(({ mean, variance, used }) => {
    if (used > 0) n++;
    return { rStar: mean, variance, n };
  });
}
