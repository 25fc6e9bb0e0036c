import { scoreDistanceToMiddle, scoreDominance } from '../../../shared/numeric/scores.ts';
import { describeKey } from '../framework/describe-key.ts';
import { explainStale } from '../framework/points.ts';
import {
  describeInput,
  lackData,
  lackFreshData,
  stayBelowThreshold,
  type SignalDraft,
} from '../framework/signal.ts';
import type { View } from '../framework/view.ts';
import type { FiscalParameters } from '../parameters.ts';
import type { FiscalFeatures } from './features.ts';
import { readYearlyChange } from './primary-balance.ts';

/** FISCAL_BR_DOMINANCE_RISK: 0–100 from debt, r − g, the trend of the primary balance and anchoring of expectations. */
export function assessDominance(view: View<FiscalParameters>, features: FiscalFeatures): SignalDraft {
  const { low, high, ...model } = view.parameters.dominance;
  const { debt, balance, growth, rMinusG, deviation, expected } = features;
  const primaryChange = readYearlyChange(balance);
  const score = scoreDominance({ debt: debt?.value ?? null, rMinusG, primaryChange, deviation }, model);
  const missing = [
    ...(debt === null ? ['BR_GROSS_DEBT_GDP'] : []),
    ...(growth === null ? ['BR_GDP_QOQ'] : []),
    ...(primaryChange === null ? ['BR_PRIMARY_BALANCE'] : []),
  ].map(describeKey);
  const withoutExpectation = deviation === null ? ['expected IPCA'] : [];
  const gaps = [...missing, ...withoutExpectation];
  const inputs = [
    ...(debt === null ? [] : [describeInput('BR_GROSS_DEBT_GDP', debt)]),
    ...(primaryChange === null
      ? []
      : [describeInput('BR_PRIMARY_BALANCE', view.macro('BR_PRIMARY_BALANCE', 'level').at(-1))]),
    ...(growth === null ? [] : [describeInput(growth.key, growth)]),
    { key: 'expected_ipca_12m', lastPeriod: expected.curveDate ?? expected.period, releaseTime: null },
  ];
  if (score === null) return lackData(`3 or 4 of 4 components missing: ${gaps.join(', ')}`, { inputs });
  const stale = debt === null ? null : explainStale(view, 'BR_GROSS_DEBT_GDP', 'level');
  if (stale !== null) return lackFreshData(stale, { inputs });

  const { value, coverage, present, parts } = score;
  const detail = {
    inputs,
    metadata: {
      parts,
      present,
      components: 4,
      without: gaps.join(', '),
      coverage,
      debt: debt?.value ?? null,
      rMinusG,
      primaryChange,
      deviation,
    },
    highlights: ['present', 'components', 'debt', 'without'],
  };
  if (value >= low && value <= high) {
    return stayBelowThreshold(value, `score between ${low} and ${high}`, detail);
  }
  return {
    ...detail,
    status: 'OK',
    direction: value > high ? 'LONG' : 'SHORT',
    confidence: scoreDistanceToMiddle(value),
    value,
  };
}
