/** One scalar observation of the state: `y = loading·x + v`, `v ~ N(0, variance)`; a null `y` is skipped. */
export type StateObservation = { y: number | null; loading: number; variance: number };

/**
 * `stateVariance` is the variance of the step of the state (per period). The start is either the filtered state of the
 * period before the first (`filtered`, a prediction step comes first) or the prediction of the first period.
 */
export type RandomWalkModel = {
  stateVariance: number;
  mean: number;
  variance: number;
  /** @default 'filtered' */
  start?: 'filtered' | 'predicted';
};

/** Filtered state after a period: mean, variance, the log likelihood of its observations and how many were used. */
export type FilteredState = { mean: number; variance: number; logL: number; used: number };

/**
 * Kalman filter of a random-walk state with any number of observation equations per period, applied one scalar after
 * the other. `periods` lists the observations of each period; a period without any only predicts.
 */
export function filterRandomWalk(
  periods: readonly (readonly StateObservation[])[],
  { stateVariance, mean, variance, start = 'filtered' }: RandomWalkModel,
): FilteredState[] {
  let state = { mean, variance };
  return periods.map((observations, t) => {
    const step = t === 0 && start === 'predicted' ? 0 : stateVariance;
    let filtered: FilteredState = { ...state, variance: state.variance + step, logL: 0, used: 0 };
    for (const observation of observations) filtered = updateState(filtered, observation);
    state = filtered;
    return filtered;
  });
}

/**
 * Filtered variance the filter settles at when every period has these observations (their `y` is ignored), unit of
 * the state squared. Closed form: with `J = Σ loading²/variance`, the predicted variance m solves `J·m² − qJ·m − q = 0`.
 */
export function computeSteadyVariance(
  stateVariance: number,
  observations: readonly Omit<StateObservation, 'y'>[],
): { predicted: number; filtered: number } | null {
  const information = observations.reduce((sum, { loading, variance }) => sum + loading ** 2 / variance, 0);
  if (!(information > 0 && stateVariance > 0)) return null;
  const qj = stateVariance * information;
  const predicted = (qj + Math.sqrt(qj * qj + 4 * qj)) / (2 * information);
  return { predicted, filtered: predicted - stateVariance };
}

function updateState(prior: FilteredState, { y, loading, variance }: StateObservation): FilteredState {
  if (y === null || !Number.isFinite(y)) return prior;
  const innovation = y - loading * prior.mean;
  const spread = loading * loading * prior.variance + variance;
  const gain = (prior.variance * loading) / spread;
  return {
    mean: prior.mean + gain * innovation,
    variance: prior.variance * (1 - gain * loading),
    logL: prior.logL - (Math.log(2 * Math.PI * spread) + (innovation * innovation) / spread) / 2,
    used: prior.used + 1,
  };
}
