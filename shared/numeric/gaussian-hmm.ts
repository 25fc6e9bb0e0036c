import { filterChain, smoothChain, type FilteredChain, type MarkovChain } from './hmm.ts';

/** A hidden Markov chain whose state j emits independent normals: `means[j][d]`, `variances[j][d]` by feature d. */
export type GaussianHmm = MarkovChain & {
  means: readonly (readonly number[])[];
  variances: readonly (readonly number[])[];
};

/** `occupancy[j]` is the share of the rows spent in state j (smoothed); `history` the log likelihood at each iteration. */
export type GaussianHmmFit = {
  hmm: GaussianHmm;
  logL: number;
  history: number[];
  converged: boolean;
  filtered: number[][];
  occupancy: number[];
};

export type EmOptions = {
  /** @default 100 */
  maxIterations?: number;
  /** Largest gain in log likelihood that counts as converged. @default 1e-4 */
  tolerance?: number;
  /** Smallest variance of a feature in a state, unit of the feature squared. @default 1e-3 */
  varianceFloor?: number;
  /** Probability of staying in a state at the start. @default 0.85 */
  startPersistence?: number;
};

/** Log density of every row in every state (diagonal covariance). */
export function computeLogEmissions(hmm: GaussianHmm, rows: readonly (readonly number[])[]): number[][] {
  return rows.map((row) =>
    hmm.means.map((mean, j) =>
      row.reduce((sum, value, d) => {
        const variance = hmm.variances[j]![d]!;
        return sum - (Math.log(2 * Math.PI * variance) + (value - mean[d]!) ** 2 / variance) / 2;
      }, 0),
    ),
  );
}

/** Filtered state probabilities and log likelihood of the rows; null without rows. */
export function filterGaussianHmm(
  hmm: GaussianHmm,
  rows: readonly (readonly number[])[],
): FilteredChain | null {
  return filterChain(hmm, computeLogEmissions(hmm, rows));
}

/**
 * Expectation–maximization from the given means; variances start at those of the whole sample, states equally likely.
 * The log likelihood never falls. The variance floor is a constraint of the maximization, not a correction afterwards.
 * A state nobody visits keeps its parameters.
 *
 * Returns null with fewer than two rows, a row of another width than the means, or a value that is not finite.
 */
export function fitGaussianHmm(
  rows: readonly (readonly number[])[],
  startMeans: readonly (readonly number[])[],
  options: EmOptions = {},
): GaussianHmmFit | null {
  const { maxIterations = 100, tolerance = 1e-4, varianceFloor = 1e-3, startPersistence = 0.85 } = options;
  const width = startMeans[0]?.length ?? 0;
  if (rows.length < 2 || width === 0) return null;
  if (!rows.every((row) => row.length === width && row.every(Number.isFinite))) return null;
  let hmm = createStart(rows, startMeans, varianceFloor, startPersistence);
  const history: number[] = [];
  let converged = false;
  for (let iteration = 0; iteration < maxIterations && !converged; iteration++) {
    const next = improve(hmm, rows, varianceFloor);
    if (next === null) return null;
    converged = history.length > 0 && next.logL - history.at(-1)! <= tolerance;
    history.push(next.logL);
    if (!converged) hmm = next.hmm;
  }
  const final = smoothChain(hmm, computeLogEmissions(hmm, rows));
  if (final === null) return null;
  const occupancy = startMeans.map(
    (_, j) => final.smoothed.reduce((sum, row) => sum + row[j]!, 0) / rows.length,
  );
  return { hmm, logL: final.logL, history, converged, filtered: final.filtered, occupancy };
}

function createStart(
  rows: readonly (readonly number[])[],
  means: readonly (readonly number[])[],
  floor: number,
  persistence: number,
): GaussianHmm {
  const k = means.length;
  const weights = rows.map(() => 1);
  const spread = means[0]!
    .map((_, d) => describeColumn(rows, weights, d).variance)
    .map((v) => Math.max(floor, v));
  const leave = k > 1 ? (1 - persistence) / (k - 1) : 0;
  return {
    initial: means.map(() => 1 / k),
    transition: means.map((_, i) => means.map((__, j) => (k === 1 ? 1 : i === j ? persistence : leave))),
    means: means.map((mean) => [...mean]),
    variances: means.map(() => [...spread]),
  };
}

/** One E and one M step: the log likelihood is that of the parameters given, before the step. */
function improve(
  hmm: GaussianHmm,
  rows: readonly (readonly number[])[],
  floor: number,
): { hmm: GaussianHmm; logL: number } | null {
  const pass = smoothChain(hmm, computeLogEmissions(hmm, rows));
  if (pass === null) return null;
  const weights = hmm.initial.map((_, j) => pass.smoothed.map((row) => row[j]!));
  const columns = hmm.means.map((mean, j) =>
    mean.map((value, d) => {
      const visited = weights[j]!.some((weight) => weight > 0);
      return visited
        ? describeColumn(rows, weights[j]!, d)
        : { mean: value, variance: hmm.variances[j]![d]! };
    }),
  );
  return {
    logL: pass.logL,
    hmm: {
      initial: pass.smoothed[0]!,
      transition: pass.transitions.map((counts, i) => normalize(counts) ?? [...hmm.transition[i]!]),
      means: columns.map((state) => state.map(({ mean }) => mean)),
      variances: columns.map((state) => state.map(({ variance }) => Math.max(floor, variance))),
    },
  };
}

/** Weighted mean and variance (division by the sum of weights) of a column. */
function describeColumn(
  rows: readonly (readonly number[])[],
  weights: readonly number[],
  d: number,
): { mean: number; variance: number } {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = rows.reduce((sum, row, t) => sum + weights[t]! * row[d]!, 0) / total;
  const variance = rows.reduce((sum, row, t) => sum + weights[t]! * (row[d]! - mean) ** 2, 0) / total;
  return { mean, variance };
}

function normalize(counts: readonly number[]): number[] | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return total > 0 ? counts.map((count) => count / total) : null;
}
