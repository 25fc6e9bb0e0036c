import { describeKey } from './describe-key.ts';
import { explainStaleMacro } from './quality.ts';
import type { MacroPoint, PricePoint, View } from './view.ts';

/** A macro point that has a value. */
export type ValuedPoint = MacroPoint & { readonly value: number };

/** The last point with a value, or null. */
export function takeLast(points: readonly MacroPoint[]): ValuedPoint | null {
  return points.findLast((point): point is ValuedPoint => point.value !== null) ?? null;
}

/** Change of a price over the last `sessions` sessions, percent; null when they are not all there. */
export function measureChangePct(prices: readonly PricePoint[], sessions: number): number | null {
  const now = prices.at(-1);
  const before = prices.at(-1 - sessions);
  return now === undefined || before === undefined || before.price <= 0
    ? null
    : (now.price / before.price - 1) * 100;
}

/** `SGS 5793 has no observations`: the reason of a model whose series is not there. */
export function explainMissing(...keys: readonly string[]): string {
  const names = keys.map(describeKey).join(', ');
  return `${names} ${keys.length === 1 ? 'has' : 'have'} no observations`;
}

/**
 * `SGS 432: stale, 2021-01-04 is 9 sessions old`, or null while a model may use the series. The age is that of the last
 * value: periods that came without one do not keep a series fresh.
 */
export function explainStale(view: View, key: string, transform: string): string | null {
  const points = view.macro(key, transform);
  const valued = points.slice(0, points.findLastIndex(({ value }) => value !== null) + 1);
  const stale = explainStaleMacro(key, valued, view.partition, 'use');
  return stale === null ? null : `${describeKey(key)}: stale, ${valued.at(-1)?.period} is ${stale}`;
}
