import { inflationTarget } from '../../../shared/economics/inflation-target.ts';
import { readRatePct } from '../framework/curve-snapshot.ts';
import { weighLongInflation, type Expectation } from '../framework/expectation.ts';
import { yearOfPeriod } from '../framework/periods.ts';
import type { Output } from '../framework/output.ts';
import { explainMissing, explainStale, takeLast } from '../framework/points.ts';
import { countSessionsSince, isCurveStale } from '../framework/quality.ts';
import { describeInput } from '../framework/signal.ts';
import type { View } from '../framework/view.ts';
import type { InflationParameters } from '../parameters.ts';

/**
 * Expected IPCA of the next twelve months, percent: the breakeven (Fisher) of `DI_PRE` and `DI_IPCA` at one and a half
 * years when it is at most ten sessions old, otherwise half target, half IPCA of the last twelve months. Null with a
 * reason when both are missing or too old.
 */
export function expectInflation(view: View<InflationParameters>): Expectation {
  const breakevens = view.curve('BR_BEI');
  const breakeven = readRatePct(breakevens, view.parameters.expectation.tenor);
  if (breakevens !== null && breakeven !== null && !isCurveStale('BR_BEI', breakevens.date, view.partition)) {
    return {
      value: breakeven,
      source: 'fisher_breakeven',
      curveDate: breakevens.date,
      period: null,
      reason: null,
    };
  }
  const why = explainBlend(view);
  const blend = takeLast(view.macro('BR_INFLATION_EXPECTATION_BLEND', 'level'));
  const stale = explainStale(view, 'BR_INFLATION_EXPECTATION_BLEND', 'level');
  if (blend === null || stale !== null) {
    const reason = `${why}; ${stale ?? explainMissing('BR_INFLATION_EXPECTATION_BLEND')}`;
    return { value: null, source: 'none', curveDate: null, period: null, reason };
  }
  return {
    value: blend.value,
    source: 'expectation_blend',
    curveDate: null,
    period: blend.period,
    reason: why,
  };
}

/** Expected IPCA in the long run, percent: weighted between expectation and target with the target of the partition's year. */
export function expectLongInflation(view: View<InflationParameters>, expected: Expectation): Expectation {
  const target = inflationTarget(yearOfPeriod(view.partition));
  if (expected.value === null) return expected;
  if (target === null) return { ...expected, value: null, reason: 'no inflation target before 2010' };
  return {
    ...expected,
    value: weighLongInflation(expected.value, target, view.parameters.expectation.longRunShare),
  };
}

/** Expected inflation as an output: it rests on the curve of breakevens, or on the blend that stands for it. */
export function giveExpectation(
  expected: Expectation,
  unit: string,
  view: View<InflationParameters>,
): Output {
  const blend = takeLast(view.macro('BR_INFLATION_EXPECTATION_BLEND', 'level'));
  const input =
    expected.source === 'expectation_blend'
      ? describeInput('BR_INFLATION_EXPECTATION_BLEND', blend ?? undefined, 'breakeven of DI_PRE and DI_IPCA')
      : describeInput('BR_BEI', view.curve('BR_BEI') ?? undefined);
  return { value: expected, units: { value: unit }, inputs: [input] };
}

function explainBlend(view: View<InflationParameters>): string {
  const breakevens = view.curve('BR_BEI');
  if (breakevens === null) return 'no curve BR_BEI';
  if (isCurveStale('BR_BEI', breakevens.date, view.partition)) {
    return `BR_BEI of ${breakevens.date} is ${countSessionsSince('BR_BEI', breakevens.date, view.partition)} sessions old`;
  }
  return `BR_BEI of ${breakevens.date} does not reach ${view.parameters.expectation.tenor}`;
}
