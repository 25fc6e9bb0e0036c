/**
 * A hidden Markov chain: `initial[j]` the state distribution, `transition[i][j]` the probability of going from i to j.
 * `initial` is the distribution at the first observation, or one step before it (`start: 'before'`).
 */
export type MarkovChain = {
  initial: readonly number[];
  transition: readonly (readonly number[])[];
  /** @default 'first' */
  start?: 'first' | 'before';
};

/** `filtered[t][j]` = P(state j at t | data to t) and the log likelihood of the data. */
export type FilteredChain = { filtered: number[][]; logL: number };

/** Adds `smoothed[t][j]` = P(state j at t | all data), `before` (the state one step earlier when the chain starts there) and expected transition counts. */
export type SmoothedChain = FilteredChain & {
  smoothed: number[][];
  before: number[] | null;
  transitions: number[][];
};

/**
 * Forward pass. `logEmissions[t][j]` is the log density of observation t in state j; each row is scaled by its largest
 * entry, so far outliers do not underflow. Null without data or when an observation is impossible in every reachable state.
 */
export function filterChain(
  chain: MarkovChain,
  logEmissions: readonly (readonly number[])[],
): FilteredChain | null {
  if (logEmissions.length === 0) return null;
  const filtered: number[][] = [];
  let logL = 0;
  for (const [t, row] of logEmissions.entries()) {
    const last = filtered.at(-1) ?? chain.initial;
    const predicted = t === 0 && chain.start !== 'before' ? last : advance(last, chain.transition);
    const shift = Math.max(...row);
    const joint = predicted.map((probability, j) => probability * Math.exp(row[j]! - shift));
    const total = joint.reduce((sum, value) => sum + value, 0);
    if (!(total > 0) || !Number.isFinite(shift)) return null;
    filtered.push(joint.map((value) => value / total));
    logL += Math.log(total) + shift;
  }
  return { filtered, logL };
}

/** Forward–backward pass; null as in `filterChain`. */
export function smoothChain(
  chain: MarkovChain,
  logEmissions: readonly (readonly number[])[],
): SmoothedChain | null {
  const forward = filterChain(chain, logEmissions);
  if (forward === null) return null;
  const k = chain.initial.length;
  const smoothed = forward.filtered.map((row) => [...row]);
  const transitions = Array.from({ length: k }, () => Array.from({ length: k }, (): number => 0));
  for (let t = smoothed.length - 2; t >= 0; t--) {
    smoothed[t] = stepBack(forward.filtered[t]!, smoothed[t + 1]!, chain.transition, transitions);
  }
  const before =
    chain.start === 'before' ? stepBack(chain.initial, smoothed[0]!, chain.transition, transitions) : null;
  return { ...forward, smoothed, before, transitions };
}

/** Most likely state path (ties: the state listed first) and the log of its joint probability with the data; null without data. */
export function findViterbiPath(
  { initial, transition, start = 'first' }: MarkovChain,
  logEmissions: readonly (readonly number[])[],
): { path: number[]; logProbability: number } | null {
  if (logEmissions.length === 0) return null;
  const from: number[][] = [];
  let scores: number[] = initial.map(Math.log);
  for (const [t, row] of logEmissions.entries()) {
    const reach = initial.map((_, j) => {
      if (t === 0 && start === 'first') return { i: j, score: scores[j]! };
      const options = scores.map((score, i) => score + Math.log(transition[i]![j]!));
      const i = options.indexOf(Math.max(...options));
      return { i, score: options[i]! };
    });
    from.push(reach.map(({ i }) => i));
    scores = reach.map(({ score }, j) => score + row[j]!);
  }
  const logProbability = Math.max(...scores);
  const path = [scores.indexOf(logProbability)];
  for (let t = from.length - 1; t > 0; t--) path.unshift(from[t]![path[0]!]!);
  return { path, logProbability };
}

function advance(state: readonly number[], transition: readonly (readonly number[])[]): number[] {
  return state.map((_, j) =>
    state.reduce((sum, probability, i) => sum + probability * transition[i]![j]!, 0),
  );
}

/** Smoothed distribution of a period from the next one's; adds the expected transitions of the step to `counts`. */
function stepBack(
  filtered: readonly number[],
  next: readonly number[],
  transition: readonly (readonly number[])[],
  counts: number[][],
): number[] {
  const predicted = advance(filtered, transition);
  return filtered.map((probability, i) => {
    let sum = 0;
    for (const [j, target] of next.entries()) {
      const share = predicted[j]! > 0 ? (probability * transition[i]![j]! * target) / predicted[j]! : 0;
      counts[i]![j]! += share;
      sum += share;
    }
    return sum;
  });
}
