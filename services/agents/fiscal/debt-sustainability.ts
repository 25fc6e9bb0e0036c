import {
  computeStabilizingBalance,
  projectDebtScenarios,
  scoreScenarioAgreement,
} from '../../../shared/numeric/dsa.ts';
import { interpolateLinear } from '../../../shared/numeric/interpolation.ts';
import { computeRealRatePct } from '../../../shared/numeric/taylor.ts';
import { readRatePct, type CurveSnapshot } from '../framework/curve-snapshot.ts';
import { describeExpectation } from '../framework/expectation.ts';
import { explainMissing, explainStale } from '../framework/points.ts';
import { isCurveStale } from '../framework/quality.ts';
import {
  describeInput,
  describeUpstream,
  lackData,
  lackFreshData,
  ModelError,
  stayBelowThreshold,
  type SignalDraft,
  type SignalInput,
} from '../framework/signal.ts';
import type { View } from '../framework/view.ts';
import type { FiscalParameters } from '../parameters.ts';
import { describeRealSelic, type FiscalFeatures } from './features.ts';

/** The real rate that debt pays, percent, and where it comes from. */
interface RealRate {
  readonly value: number;
  readonly source: 'DI_IPCA' | 'NTN_B_REAL' | 'DI_PRE deflated' | 'r_star' | 'real_selic';
  readonly inputs: readonly SignalInput[];
}

/** FISCAL_BR_DSA: gross debt over five years at today's real rate, growth and primary balance, in four scenarios. */
export function assessDebtSustainability(
  view: View<FiscalParameters>,
  features: FiscalFeatures,
): SignalDraft {
  const parameters = view.parameters.debtSustainability;
  const { tenor, minBalanceMonths, minChange } = parameters;
  const { debt, balance, growth } = features;
  const missing = [
    ...(debt === null ? ['BR_GROSS_DEBT_GDP'] : []),
    ...(balance === null ? ['BR_PRIMARY_BALANCE'] : []),
    ...(growth === null ? ['BR_GDP_QOQ', 'BR_GDP_NSA'] : []),
  ];
  const inputs = [
    ...(debt === null ? [] : [describeInput('BR_GROSS_DEBT_GDP', debt)]),
    ...(balance === null
      ? []
      : [describeInput('BR_PRIMARY_BALANCE', view.macro('BR_PRIMARY_BALANCE', 'level').at(-1))]),
    ...(growth === null ? [] : [describeInput(growth.key, growth)]),
  ];
  if (debt === null || balance === null || growth === null)
    return lackData(explainMissing(...missing), { inputs });
  const stale =
    explainStale(view, 'BR_GROSS_DEBT_GDP', 'level') ??
    explainStale(view, 'BR_PRIMARY_BALANCE', 'level') ??
    explainStale(view, growth.key, 'yoy');
  if (stale !== null) return lackFreshData(stale, { inputs });
  if (balance.months < minBalanceMonths) {
    return lackData(`${balance.months} months of SGS 5793, ${minBalanceMonths} needed`, { inputs });
  }
  const rate = findRealRate(view, features);
  if (rate === null)
    return lackData('no real rate: neither DI_IPCA, NTN_B_REAL, DI_PRE nor r* nor Selic', { inputs });

  const input = { debt: debt.value, rate: rate.value, growth: growth.value, primary: balance.latest };
  const scenarios = projectDebtScenarios(input, parameters);
  if (scenarios === null) throw new ModelError(`growth of ${growth.value} % (a scenario at −100 % or below)`);
  const change = scenarios.baseline.change;
  const stabilizing = computeStabilizingBalance(input);
  // A swap and a bond are both the market's real rate; everything else stands for it, is named and holds confidence down.
  const isProxy = rate.source !== 'DI_IPCA' && rate.source !== 'NTN_B_REAL';
  const detail = {
    inputs: [...inputs, ...rate.inputs],
    proxies: isProxy ? [`${rate.source} for the ${tenor} rate of DI_IPCA`] : [],
    metadata: {
      scenarios,
      ...input,
      realRateSource: rate.source,
      stabilizingBalance: stabilizing,
      balanceGap: stabilizing === null ? null : balance.latest - stabilizing,
    },
    highlights: ['rate', 'growth', 'stabilizingBalance'],
  };
  if (Math.abs(change) <= minChange) {
    return stayBelowThreshold(change, `debt moves no more than ${minChange} pp`, detail);
  }
  return {
    ...detail,
    status: 'OK',
    direction: change > 0 ? 'LONG' : 'SHORT',
    confidence: scoreScenarioAgreement(scenarios, parameters.agreement),
    caps: isProxy ? [parameters.cap] : [],
    value: change,
  };
}

function findRealRate(view: View<FiscalParameters>, features: FiscalFeatures): RealRate | null {
  const { expectedLong, rStar, realSelic } = features;
  const { tenor, tenorDays } = view.parameters.debtSustainability;
  const realCurve = takeFreshCurve(view, 'DI_IPCA');
  const real = readRatePct(realCurve, tenor);
  if (real !== null) return { value: real, source: 'DI_IPCA', inputs: describeCurve(realCurve) };
  const bonds = takeFreshCurve(view, 'NTN_B_REAL');
  const bondYield = interpolateLinear(
    (bonds?.observed ?? []).map(({ calendarDays, value }) => ({ x: calendarDays, y: value! })),
    tenorDays,
  );
  if (bondYield !== null)
    return { value: bondYield.y * 100, source: 'NTN_B_REAL', inputs: describeCurve(bonds) };
  const nominalCurve = takeFreshCurve(view, 'DI_PRE');
  const nominal = readRatePct(nominalCurve, tenor);
  if (nominal !== null && expectedLong.value !== null) {
    const value = computeRealRatePct(nominal, expectedLong.value);
    const inputs = [...describeCurve(nominalCurve), describeExpectation('expected_ipca_long', expectedLong)];
    if (value !== null) return { value, source: 'DI_PRE deflated', inputs };
  }
  if (rStar !== null) {
    const inputs = [describeUpstream('output', 'agent_monetary_policy', 'r_star')];
    return { value: rStar, source: 'r_star', inputs };
  }
  return realSelic === null
    ? null
    : { value: realSelic, source: 'real_selic', inputs: describeRealSelic(features) };
}

const describeCurve = (curve: CurveSnapshot | null): SignalInput[] =>
  curve === null ? [] : [describeInput(curve.curveId, curve)];

function takeFreshCurve(view: View, curveId: string): CurveSnapshot | null {
  const curve = view.curve(curveId);
  return curve === null || isCurveStale(curveId, curve.date, view.partition) ? null : curve;
}
