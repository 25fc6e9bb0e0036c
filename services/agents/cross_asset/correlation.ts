import type { Day } from '../../../shared/time.ts';
import { getCalendar } from '../../../shared/calendars/calendars.ts';
import { testCorrelationBreak, type CorrelationBreak } from '../../../shared/numeric/correlation.ts';
import { readRatePct } from '../framework/curve-snapshot.ts';
import { listDailyValues, type DatedValue } from '../framework/dated-values.ts';
import { countSessionsSince, findCalendarName, isCurveStale, STALE_SESSIONS } from '../framework/quality.ts';
import { lackData, type SignalDraft, type SignalInput } from '../framework/signal.ts';
import type { PricePoint, View } from '../framework/view.ts';
import type { CrossAssetParameters } from '../parameters.ts';

type CorrelationParameters = CrossAssetParameters['correlation'];

/** Sessions read per leg: holidays of two countries leave more than 504 common ones. */
const LEG_SESSIONS = 900;

/** Pairs in the order that decides ties. */
export const CORRELATION_PAIR_NAMES = [
  'USDBRL–DXY',
  'BR yield–UST yield',
  'IBOV–SP500',
  'USDBRL–VIX',
  'OIL–USDBRL',
] as const;

export type CorrelationPairName = (typeof CORRELATION_PAIR_NAMES)[number];

/** One side of a pair: its changes by date, or why there are none. */
/** A change between two days. */
export interface DatedChange extends DatedValue {
  readonly from: Day;
}

export interface Leg {
  readonly name: string;
  readonly changes: readonly DatedChange[];
  readonly missing: string | null;
}

/** A tested pair, or why it was not. */
export type PairResult =
  | (CorrelationBreak & { readonly pairs: number; readonly isBreak: boolean })
  | { readonly missing: string };

/** `ln P` changes over one session, or over two overlapping ones (sum of two one-session returns). */
export function listLogReturns(prices: readonly PricePoint[], sessions: 1 | 2): DatedChange[] {
  return prices.flatMap(({ date, logReturn }, index): DatedChange[] => {
    const from = prices[index - sessions]?.date;
    if (logReturn === null || from === undefined) return [];
    if (sessions === 1) return [{ from, date, value: logReturn }];
    const before = prices[index - 1]?.logReturn ?? null;
    return before === null ? [] : [{ from, date, value: logReturn + before }];
  });
}

/** Changes of a yield between consecutive sessions of its calendar: longer gaps give none. */
export function listYieldChanges(yields: readonly DatedValue[], key: string): DatedChange[] {
  const calendar = getCalendar(findCalendarName(key));
  return yields.flatMap(({ date, value }, index): DatedChange[] => {
    const before = yields[index - 1];
    if (before === undefined || calendar.count(before.date, date) !== 1) return [];
    return [{ from: before.date, date, value: value - before.value }];
  });
}

/**
 * Joins two legs by the days they change between (after a holiday of one country its change spans two sessions of the
 * other, and the two do not compare) and tests the last window against the seven before it. */
export function testPair(
  left: Leg,
  right: Leg,
  effective: number,
  { window, pastWindows, breakAt }: CorrelationParameters,
): PairResult {
  const needed = window * (pastWindows + 1);
  const missing = [left.missing, right.missing].filter((reason) => reason !== null);
  if (missing.length > 0) return { missing: missing.join('; ') };
  const byDate = new Map(right.changes.map((change) => [change.date, change]));
  const joined = left.changes.flatMap(({ from, date, value }): [number, number][] => {
    const other = byDate.get(date);
    return other === undefined || other.from !== from ? [] : [[value, other.value]];
  });
  if (joined.length < needed) {
    return {
      missing: `${left.name} and ${right.name}: ${joined.length} of ${needed} common daily changes`,
    };
  }
  const result = testCorrelationBreak(
    joined.map(([x]) => x),
    joined.map(([, y]) => y),
    { window, pastWindows, effective },
  );
  if (result === null) return { missing: `${left.name} and ${right.name}: a window without variation` };
  return { ...result, pairs: joined.length, isBreak: Math.abs(result.z) > breakAt };
}

/** Tests the five pairs as the view knows them. */
export function testPairs(view: View<CrossAssetParameters>): Record<CorrelationPairName, PairResult> {
  const parameters = view.parameters.correlation;
  const { window, twoDayEffective } = parameters;
  const fx = readReturns(view, 'USDBRL_PTAX', 2);
  return {
    'USDBRL–DXY': testPair(fx, readReturns(view, 'DXY', 2), twoDayEffective, parameters),
    'BR yield–UST yield': testPair(readHomeYield(view), readTreasuryYield(view), window, parameters),
    'IBOV–SP500': testPair(
      readReturns(view, 'IBOVESPA', 1),
      readReturns(view, 'SP500', 1),
      window,
      parameters,
    ),
    'USDBRL–VIX': testPair(fx, readReturns(view, 'VIX', 2), twoDayEffective, parameters),
    'OIL–USDBRL': testPair(readReturns(view, 'OIL_WTI', 2), fx, twoDayEffective, parameters),
  };
}

/** CROSSASSET_CORRELATION: the largest |z| among the pairs, an alert without direction; a break from 2.58. */
export function assessCorrelation(
  view: View<CrossAssetParameters>,
  inputs: readonly SignalInput[],
): SignalDraft {
  const results = testPairs(view);
  const tested = CORRELATION_PAIR_NAMES.flatMap((name) => {
    const result = results[name];
    return 'missing' in result ? [] : [{ name, ...result }];
  });
  const missing = CORRELATION_PAIR_NAMES.flatMap((name) => {
    const result = results[name];
    return 'missing' in result ? [`${name}: ${result.missing}`] : [];
  });
  const breaks = tested.filter(({ isBreak }) => isBreak).map(({ name }) => name);
  const detail = { inputs, metadata: { pairs: results, tested: tested.length, breaks, missing } };
  if (tested.length === 0) return lackData(missing.join('; '), detail);
  const top = tested.reduce((largest, pair) => (Math.abs(pair.z) > Math.abs(largest.z) ? pair : largest));
  const value = Math.abs(top.z);
  return {
    ...detail,
    status: 'OK',
    direction: 'NEUTRAL',
    confidence: Math.min(1, value / view.parameters.correlation.fullConfidenceAt),
    value,
    metadata: { ...detail.metadata, top: top.name },
    highlights: ['tested', 'top', 'breaks'],
  };
}

function readReturns(view: View, instrument: string, sessions: 1 | 2): Leg {
  const prices = view.prices(instrument).slice(-LEG_SESSIONS);
  const last = prices.at(-1);
  if (last === undefined)
    return { name: instrument, changes: [], missing: `${instrument} has no observations` };
  const age = countSessionsSince(instrument, last.date, view.partition);
  const missing = age > STALE_SESSIONS ? `${instrument}: stale, ${last.date} is ${age} sessions old` : null;
  return { name: instrument, changes: listLogReturns(prices, sessions), missing };
}

function readHomeYield(view: View<CrossAssetParameters>): Leg {
  const { yieldTenor } = view.parameters.correlation;
  const name = `B3 DI_PRE ${yieldTenor}`;
  const yields = view
    .curves('DI_PRE')
    .slice(-LEG_SESSIONS)
    .flatMap((curve): DatedValue[] => {
      const value = readRatePct(curve, yieldTenor);
      return value === null ? [] : [{ date: curve.date, value }];
    });
  const last = yields.at(-1);
  if (last === undefined) return { name, changes: [], missing: `${name} has no observations` };
  const missing = isCurveStale('DI_PRE', last.date, view.partition)
    ? `${name}: stale, last on ${last.date}`
    : null;
  return { name, changes: listYieldChanges(yields, 'DI_PRE'), missing };
}

function readTreasuryYield(view: View): Leg {
  const name = 'FRED DGS5';
  const yields = listDailyValues(view.macro('US_UST_5Y', 'level').slice(-LEG_SESSIONS));
  const last = yields.at(-1);
  if (last === undefined) return { name, changes: [], missing: `${name} has no observations` };
  const age = countSessionsSince('US_UST_5Y', last.date, view.partition);
  const missing = age > STALE_SESSIONS ? `${name}: stale, ${last.date} is ${age} sessions old` : null;
  return { name, changes: listYieldChanges(yields, 'US_UST_5Y'), missing };
}
