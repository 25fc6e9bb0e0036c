import { computeMean } from '../../../shared/numeric/series.ts';
import type { Month } from '../framework/periods.ts';
import { signPoints, type View } from '../framework/view.ts';
import { CORES } from './series.ts';

/** The core of one month: mean of the 12-month changes of the core measures that have one, percent. */
export interface CoreMonth {
  readonly period: Month;
  readonly yoy: number;
  readonly measures: number;
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
