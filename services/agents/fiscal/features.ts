import { inflationTarget } from '../../../shared/economics/inflation-target.ts';
import { computeRealRatePct } from '../../../shared/numeric/taylor.ts';
import type { StoredReport } from '../../../shared/db/reader.ts';
import { z } from 'zod';
import { describeExpectation, readExpectation, type Expectation } from '../framework/expectation.ts';
import { yearOfPeriod } from '../framework/periods.ts';
import { explainStale, takeLast, type ValuedPoint } from '../framework/points.ts';
import { describeInput, type SignalInput } from '../framework/signal.ts';
import type { View } from '../framework/view.ts';
import { readPrimaryBalance, type PrimaryBalance } from './primary-balance.ts';

const neutralRate = z.object({ r_star: z.object({ value: z.number().nullable() }) });

/** What the fiscal models share, percent unless said otherwise. */
export interface FiscalFeatures {
  readonly debt: ValuedPoint | null;
  readonly balance: PrimaryBalance | null;
  /** Growth of real GDP over four quarters. */
  readonly growth: (ValuedPoint & { readonly key: string }) | null;
  /** Null when it is stale. */
  readonly selic: ValuedPoint | null;
  readonly expected: Expectation;
  readonly expectedLong: Expectation;
  readonly rStar: number | null;
  readonly target: number | null;
  /** Selic deflated by expected inflation. */
  readonly realSelic: number | null;
  readonly rMinusG: number | null;
  /** Expected inflation above target, pp, never negative. */
  readonly deviation: number | null;
}

/** Reads the features of one partition. */
export function readFeatures(view: View): FiscalFeatures {
  const inflationReport = view.report('agent_inflation');
  const expected = readExpectation(inflationReport, 'expected_ipca_12m');
  const target = inflationTarget(yearOfPeriod(view.partition));
  const isSelicStale = explainStale(view, 'BR_SELIC_TARGET', 'level') !== null;
  const selic = isSelicStale ? null : takeLast(view.macro('BR_SELIC_TARGET', 'level'));
  const growth = readGrowth(view);
  const realSelic =
    selic === null || expected.value === null ? null : computeRealRatePct(selic.value, expected.value);
  return {
    debt: takeLast(view.macro('BR_GROSS_DEBT_GDP', 'level')),
    balance: readPrimaryBalance(view),
    growth,
    selic,
    expected,
    expectedLong: readExpectation(inflationReport, 'expected_ipca_long'),
    rStar: readNeutralRate(view.report('agent_monetary_policy')),
    target,
    realSelic,
    rMinusG: realSelic === null || growth === null ? null : realSelic - growth.value,
    deviation: expected.value === null || target === null ? null : Math.max(0, expected.value - target),
  };
}

/** What the real Selic is made of. */
export const describeRealSelic = ({ selic, expected }: FiscalFeatures): SignalInput[] => [
  ...(selic === null ? [] : [describeInput('BR_SELIC_TARGET', selic)]),
  describeExpectation('expected_ipca_12m', expected),
];

function readGrowth(view: View): FiscalFeatures['growth'] {
  for (const key of ['BR_GDP_QOQ', 'BR_GDP_NSA']) {
    const point = takeLast(view.macro(key, 'yoy'));
    if (point !== null) return { ...point, key };
  }
  return null;
}

function readNeutralRate(report: StoredReport | null): number | null {
  return report === null ? null : neutralRate.parse(report.outputs).r_star.value;
}
