import { computeSharpe, computeVol } from '../../../shared/numeric/returns.ts';
import {
  computePercentileRank,
  computeZScore,
  computeZScoreVsPast,
} from '../../../shared/numeric/standing.ts';
import { addMonths, FIRST_PARTITION } from '../../../shared/time.ts';

/** A statistic over the last `window` values known, current one included. */
interface WindowStat {
  readonly stat: string;
  readonly window: number;
  /** What the window holds: prices, or returns (those that are null take no place). */
  readonly over: 'price' | 'simple' | 'log';
  /** Unit of the value. */
  readonly unit: string;
  /** Null when the window has no spread. */
  readonly compute: (values: readonly number[]) => number | null;
}

const YEAR = 252;
const MONTH = 21;

const vol = (window: number, stat: string, over: 'simple' | 'log'): WindowStat => ({
  stat,
  window,
  over,
  unit: 'decimal_per_year',
  compute: computeVol,
});

const Z = 'standard_deviations';

/**
 * Rolling statistics, all from the first full window on: volatilities annualized with 252 sessions (decimal), scores of
 * the price and of the log return, rank 0–100, Sharpe ratio without a risk-free rate. A `zscore` counts the current value
 * in its sample, a `zscore_past` compares it with the earlier ones only.
 */
export const WINDOW_STATS: readonly WindowStat[] = [
  vol(5, 'vol', 'simple'),
  vol(MONTH, 'vol', 'simple'),
  vol(63, 'vol', 'simple'),
  vol(YEAR, 'vol', 'simple'),
  vol(MONTH, 'realised_vol', 'log'),
  { stat: 'zscore', window: YEAR, over: 'price', unit: Z, compute: computeZScore },
  { stat: 'zscore_past', window: YEAR, over: 'price', unit: Z, compute: computeZScoreVsPast },
  { stat: 'return_zscore', window: YEAR, over: 'log', unit: Z, compute: computeZScore },
  { stat: 'return_zscore_past', window: YEAR, over: 'log', unit: Z, compute: computeZScoreVsPast },
  {
    stat: 'percentile_rank',
    window: YEAR,
    over: 'price',
    unit: 'percent_rank',
    compute: computePercentileRank,
  },
  {
    stat: 'sharpe',
    window: YEAR,
    over: 'simple',
    unit: 'ratio',
    compute: (returns) => computeSharpe(returns, 0),
  },
];

/** Common returns in the correlation of a pair. */
export const CORRELATION_WINDOW = 63;

/** Span of the exponential moving average of the price. */
export const EMA_SPAN = 20;
/** Decay of the exponentially weighted variance of simple returns. */
export const EWMA_DECAY = 0.94;

/**
 * First session with stored statistics: two years before the first partition, the longest look-back at them. They are
 * made from the whole history, and prices and returns are stored from its start.
 */
export const STATS_FROM = addMonths(FIRST_PARTITION, -24);
