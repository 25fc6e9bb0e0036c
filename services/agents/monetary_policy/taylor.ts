import { inflationTarget } from '../../../shared/economics/inflation-target.ts';
import { computeRStarFactor, computeTaylorBr, scorePolicyGap } from '../../../shared/numeric/taylor.ts';
import { describeKey } from '../framework/describe-key.ts';
import { describeExpectation, type Expectation } from '../framework/expectation.ts';
import { yearOfPeriod } from '../framework/periods.ts';
import { explainMissing, explainStale, takeLast, type ValuedPoint } from '../framework/points.ts';
import {
  describeInput,
  lackData,
  lackFreshData,
  stayBelowThreshold,
  type SignalDraft,
} from '../framework/signal.ts';
import type { View } from '../framework/view.ts';
import type { MonetaryPolicyParameters } from '../parameters.ts';
import type { NeutralRate } from './neutral-rate.ts';
import type { PolicyRate } from './policy-rate.ts';

/** Gap measures in order of preference. */
const GAPS = ['BR_ACTIVITY_GAP', 'BR_OUTPUT_GAP', 'BR_LABOUR_GAP'] as const;
/** What the first of them is the mean of, where known. */
const GAP_PARTS = ['BR_OUTPUT_GAP', 'BR_LABOUR_GAP', 'BR_CAPACITY_GAP'] as const;

/** The rule's rate, when the rule could be computed. */
export interface TaylorRule {
  readonly draft: SignalDraft;
  /** Percent; null when the rule did not run. */
  readonly iStar: number | null;
  /** Selic minus the rule's rate, percentage points. */
  readonly policyGap: number | null;
  readonly inertia: number | null;
  readonly gap: number | null;
  /** Ceilings on the confidence of whatever rests on the rule's rate. */
  readonly caps: readonly number[];
}

/**
 * MONETARY_BR_TAYLOR: the Selic target against `i* = r* + E + α(E − π*) + a·gap + b·inertia`. Zero stands for a gap that
 * is missing or too old, the prior for an r* that is not estimated, both named and capped.
 */
export function assessTaylor(
  view: View<MonetaryPolicyParameters>,
  policy: PolicyRate | null,
  neutral: NeutralRate,
  expected: Expectation,
): TaylorRule {
  const parameters = view.parameters.taylor;
  const { minMonths } = view.parameters.neutralRate;
  const idle = (draft: SignalDraft): TaylorRule => ({
    draft,
    iStar: null,
    policyGap: null,
    inertia: null,
    gap: null,
    caps: [],
  });
  const target = inflationTarget(yearOfPeriod(view.partition));
  if (policy === null) return idle(lackData(explainMissing('BR_SELIC_TARGET')));
  const selicInput = describeInput('BR_SELIC_TARGET', policy.now);
  const stale = explainStale(view, 'BR_SELIC_TARGET', 'level');
  if (stale !== null) return idle(lackFreshData(stale, { inputs: [selicInput] }));
  if (expected.value === null)
    return idle(lackData(`no expected inflation: ${expected.reason ?? 'no reason given'}`));
  if (target === null) return idle(lackData('no inflation target before 2010'));
  if (policy.before === null) return idle(lackData(`SGS 432 does not reach back to ${policy.beforeDate}`));

  const gap = findGap(view);
  const inertia = policy.now.value - policy.before.value;
  const iStar = computeTaylorBr(
    {
      rStar: neutral.value,
      expected: expected.value,
      target,
      gap: gap?.point.value ?? 0,
      inertia,
    },
    parameters,
  );
  const policyGap = policy.now.value - iStar;
  const isBlend = expected.source === 'expectation_blend';
  const staleRates = neutral.isPrior ? null : explainStale(view, 'BR_REAL_RATE_EX_ANTE', 'level');
  const realRate = takeLast(view.macro('BR_REAL_RATE_EX_ANTE', 'level'));
  const activity = takeLast(view.macro('BR_ACTIVITY_GAP', 'level'));
  const detail = {
    inputs: [
      selicInput,
      ...(neutral.isPrior || realRate === null ? [] : [describeInput('BR_REAL_RATE_EX_ANTE', realRate)]),
      // r* is filtered with it, even where it is too old for the rule.
      ...(neutral.isPrior || activity === null || gap?.key === 'BR_ACTIVITY_GAP'
        ? []
        : [describeInput('BR_ACTIVITY_GAP', activity)]),
      ...(gap === null ? [] : [describeInput(gap.key, gap.point)]),
      describeExpectation('expected_ipca_12m', expected),
    ],
    proxies: [
      ...(isBlend ? ['expectation_blend for the breakeven of DI_PRE and DI_IPCA'] : []),
      ...(gap === null ? ['zero for the activity gap (SGS 24364, 24369, 24352)'] : []),
      ...(neutral.isPrior ? [`prior ${neutral.value} for r* (${neutral.n} of ${minMonths} months)`] : []),
      ...(staleRates === null ? [] : [`r* of ${neutral.period} for that of today (${staleRates})`]),
    ],
    metadata: {
      iStar,
      rStar: neutral.value,
      rStarVariance: neutral.variance,
      expected: expected.value,
      expectedSource: expected.source,
      target,
      gap: gap?.point.value ?? null,
      gapSource: gap?.key ?? null,
      gapWithout: gap === null ? '' : listMissingParts(view, gap),
      inertia,
      inertiaBasis: policy.basis,
      selic: policy.now.value,
    },
    highlights: ['iStar', 'rStar', 'expected'],
  };
  const caps = [
    ...(isBlend ? [parameters.caps.expectationBlend] : []),
    ...(gap === null || neutral.isPrior || staleRates !== null ? [parameters.caps.proxy] : []),
  ];
  const rule = { iStar, policyGap, inertia, gap: gap?.point.value ?? null, caps };
  const confidence = scorePolicyGap(policyGap, parameters);
  if (confidence === null) {
    return {
      ...rule,
      draft: stayBelowThreshold(policyGap, `policy gap below ${parameters.minGap.toFixed(1)} pp`, detail),
    };
  }
  const draft: SignalDraft = {
    ...detail,
    status: 'OK',
    direction: policyGap > 0 ? 'SHORT' : 'LONG',
    confidence: confidence * computeRStarFactor(neutral.variance, parameters.minCertainty),
    caps,
    value: policyGap,
  };
  return { ...rule, draft };
}

interface Gap {
  readonly key: string;
  readonly point: ValuedPoint;
}

function findGap(view: View): Gap | null {
  for (const key of GAPS) {
    const point = takeLast(view.macro(key, 'level'));
    if (point !== null && explainStale(view, key, 'level') === null) return { key, point };
  }
  return null;
}

/** The measures of activity that the gap of its month does without, by provider and code. */
function listMissingParts(view: View, { key, point }: Gap): string {
  return GAP_PARTS.filter(
    (part) =>
      part !== key &&
      (key !== 'BR_ACTIVITY_GAP' ||
        !view.macro(part, 'level').some(({ period, value }) => period === point.period && value !== null)),
  )
    .map(describeKey)
    .join(', ');
}
