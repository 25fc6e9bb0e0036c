import {
  scoreDistanceToMiddle,
  scoreDominance,
  type DominanceInput,
} from '../../../shared/numeric/scores.ts';
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
import { describeRealSelic, type FiscalFeatures } from './features.ts';
import { readYearlyChange } from './primary-balance.ts';

/** Why a component cannot be used: the series that are not there or too old; null when it can. */
type Lacks = Readonly<Record<keyof DominanceInput, string | null>>;

/**
 * FISCAL_BR_DOMINANCE_RISK: 0–100 from debt, r − g, the trend of the primary balance and anchoring of expectations.
 * Above 66 LONG, below 33 SHORT. A component that is missing or too old is left out and named; two of four are needed.
 * Capped when the expectation is the blend.
 */
export function assessDominance(view: View<FiscalParameters>, features: FiscalFeatures): SignalDraft {
  const { low, high, cap, ...model } = view.parameters.dominance;
  const { debt, growth, rMinusG, deviation, expected } = features;
  const primaryChange = readYearlyChange(features.balance);
  const lacks = explainLacks(view, features, primaryChange);
  const usable: DominanceInput = {
    debt: lacks.debt === null ? (debt?.value ?? null) : null,
    rMinusG: lacks.rMinusG === null ? rMinusG : null,
    primaryChange: lacks.primaryChange === null ? primaryChange : null,
    deviation,
  };
  const score = scoreDominance(usable, model);
  const without = [...new Set(Object.values(lacks).filter((lack) => lack !== null))].join(', ');
  const isBlend = expected.source === 'expectation_blend';
  const inputs = [
    ...(debt === null ? [] : [describeInput('BR_GROSS_DEBT_GDP', debt)]),
    ...(primaryChange === null
      ? []
      : [describeInput('BR_PRIMARY_BALANCE', view.macro('BR_PRIMARY_BALANCE', 'level').at(-1))]),
    ...(growth === null ? [] : [describeInput(growth.key, growth)]),
    ...describeRealSelic(features),
  ];
  if (score === null) {
    const isOnlyAge =
      scoreDominance({ debt: debt?.value ?? null, rMinusG, primaryChange, deviation }, model) !== null;
    const reason = `3 or 4 of 4 components missing: ${without}`;
    return isOnlyAge ? lackFreshData(reason, { inputs }) : lackData(reason, { inputs });
  }

  const { value, coverage, present, parts } = score;
  const detail = {
    inputs,
    proxies: isBlend ? ['expectation_blend for the breakeven of DI_PRE and DI_IPCA'] : [],
    metadata: { parts, present, components: 4, without, coverage, ...usable },
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
    caps: isBlend ? [cap] : [],
    value,
  };
}

function explainLacks(
  view: View,
  { debt, growth, selic, expected, deviation }: FiscalFeatures,
  primaryChange: number | null,
): Lacks {
  const explain = (isThere: boolean, key: string, transform: string): string[] => {
    if (!isThere) return [describeKey(key)];
    const stale = explainStale(view, key, transform);
    return stale === null ? [] : [stale];
  };
  const join = (lacks: readonly string[]): string | null => (lacks.length === 0 ? null : lacks.join(', '));
  return {
    debt: join(explain(debt !== null, 'BR_GROSS_DEBT_GDP', 'level')),
    rMinusG: join([
      ...explain(growth !== null, growth?.key ?? 'BR_GDP_QOQ', 'yoy'),
      ...(selic === null
        ? [explainStale(view, 'BR_SELIC_TARGET', 'level') ?? describeKey('BR_SELIC_TARGET')]
        : []),
      ...(expected.value === null ? ['expected IPCA'] : []),
    ]),
    primaryChange: join(explain(primaryChange !== null, 'BR_PRIMARY_BALANCE', 'level')),
    deviation: deviation === null ? 'expected IPCA' : null,
  };
}
