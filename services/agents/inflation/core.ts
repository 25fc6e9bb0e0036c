import { computeMean } from '../../../shared/numeric/series.ts';
import { describeKey } from '../framework/describe-key.ts';
import type { Month } from '../framework/periods.ts';
import { explainStale, takeLast } from '../framework/points.ts';
import { signPoints, type View } from '../framework/view.ts';
import { CORES } from './series.ts';

/** The core of one month: mean of the 12-month changes of the core measures that have one, percent. */
export interface CoreMonth {
  readonly period: Month;
  readonly yoy: number;
  readonly measures: number;
}

/** The core measures that are not there or too old, by provider and code: the core is the mean of the others. */
export function explainMissingCores(view: View): string[] {
  return CORES.flatMap((key) =>
    takeLast(view.macro(key, 'yoy')) === null ? [describeKey(key)] : (explainStale(view, key, 'yoy') ?? []),
  );
}

/** The core of every month that any measure covers, ascending. */
export function listCoreMonths(view: View): readonly CoreMonth[] {
  const measures = CORES.map((key) => view.macro(key, 'yoy'));
  return view.memo('core', measures.map(signPoints).join('|'), () => {
    const byMonth = new Map<Month, number[]>();
    for (const { period, value } of measures.flat()) {
      if (value === null) continue;
      byMonth.set(period, [...(byMonth.get(period) ?? []), value]);
    }
    return [...byMonth]
      .map(([period, values]): CoreMonth => ({ period, yoy: computeMean(values)!, measures: values.length }))
      .toSorted((a, b) => (a.period < b.period ? -1 : 1));
  });
}
