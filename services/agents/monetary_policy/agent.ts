import { defineAgent, type SignalSpec } from '../framework/agent.ts';
import { composeDraft } from '../framework/composite.ts';
import { readRatePct } from '../framework/curve-snapshot.ts';
import { readExpectation } from '../framework/expectation.ts';
import { formatNumber } from '../framework/narrative.ts';
import { giveNumber, type Output, type Outputs } from '../framework/output.ts';
import { addToMonth } from '../framework/periods.ts';
import { measureChangePct, takeLast } from '../framework/points.ts';
import { attemptModel, describeInput, type SignalDraft } from '../framework/signal.ts';
import type { View } from '../framework/view.ts';
import type { MonetaryPolicyParameters } from '../parameters.ts';
import { readCurrentVersion } from '../versions.ts';
import { assessFedStance } from './fed-stance.ts';
import {
  filterNeutralRate,
  readNeutralRate,
  type NeutralRate,
  type NeutralRatePath,
} from './neutral-rate.ts';
import { readPolicyRate } from './policy-rate.ts';
import { assessSelicPath } from './selic-path.ts';
import { assessTaylor } from './taylor.ts';
import { assessTermPremium } from './term-premium.ts';

const SIGNALS: readonly SignalSpec[] = [
  { signalId: 'MONETARY_BR_TAYLOR', axis: 'BR_YIELDS', unit: 'pp', horizonDays: 252 },
  { signalId: 'MONETARY_BR_SELIC_PATH', axis: 'BR_YIELDS', unit: 'pp', horizonDays: 126 },
  { signalId: 'MONETARY_BR_TERM_PREMIUM', axis: 'BR_YIELDS', unit: 'z', horizonDays: 252 },
  { signalId: 'MONETARY_US_FED_STANCE', axis: 'US_POLICY_EASE', unit: 'pp', horizonDays: 252 },
  { signalId: 'MONETARY_BR_COMPOSITE', axis: 'BR_YIELDS', unit: 'score', horizonDays: 252 },
];

/** Monetary policy of Brazil and the US: five signals, and the neutral rate that the fiscal agent reads. */
export const monetaryPolicy = defineAgent({
  asset: 'agent_monetary_policy',
  ...readCurrentVersion('agent_monetary_policy'),
  historyDays: 5475,
  // 24 month-ends before the current month.
  curveHistoryDays: 800,
  reads: {
    macro: [
      { key: 'BR_SELIC_TARGET', transform: 'level' },
      { key: 'BR_REAL_RATE_EX_ANTE', transform: 'level' },
      { key: 'BR_INFLATION_EXPECTATION_BLEND', transform: 'level' },
      { key: 'BR_ACTIVITY_GAP', transform: 'level' },
      { key: 'BR_OUTPUT_GAP', transform: 'level' },
      { key: 'BR_LABOUR_GAP', transform: 'level' },
      { key: 'BR_CAPACITY_GAP', transform: 'level' },
      { key: 'US_FED_FUNDS', transform: 'level' },
      { key: 'US_PCE_CORE', transform: 'yoy' },
      { key: 'US_OUTPUT_GAP', transform: 'level' },
      { key: 'US_OUTPUT_GAP_HP', transform: 'level' },
      { key: 'US_NFCI', transform: 'level' },
      { key: 'US_BEI_10Y', transform: 'level' },
    ],
    prices: ['USDBRL_PTAX'],
    curves: ['DI_PRE', 'UST_NOM'],
    reports: ['agent_inflation'],
  },
  expectedSignals: SIGNALS,
  assess(view) {
    const expected = readExpectation(view.report('agent_inflation'), 'expected_ipca_12m');
    const policy = readPolicyRate(view);
    const path = filterNeutralRate(view);
    const neutral = readNeutralRate(path, view.parameters.neutralRate);
    const rule = assessTaylor(view, policy, neutral, expected);
    const drafts: Record<string, SignalDraft> = {
      MONETARY_BR_TAYLOR: rule.draft,
      MONETARY_BR_SELIC_PATH: attemptModel(() => assessSelicPath(view, policy, rule)),
      MONETARY_BR_TERM_PREMIUM: attemptModel(() => assessTermPremium(view)),
      MONETARY_US_FED_STANCE: attemptModel(() => assessFedStance(view)),
    };
    const rates = describeRates(view);
    const selic = [describeInput('BR_SELIC_TARGET', policy?.now)];
    return {
      signals: {
        ...drafts,
        MONETARY_BR_COMPOSITE: composeDraft(
          'agent_monetary_policy',
          SIGNALS,
          drafts,
          view.parameters.composite,
        ),
      },
      outputs: {
        r_star: giveNeutralRate(path, neutral, view),
        selic_target: giveNumber(policy?.now.value ?? null, 'percent_per_year', selic),
        taylor_rate: giveNumber(rule.iStar, 'percent_per_year', rule.draft.inputs ?? []),
        policy_gap: giveNumber(rule.policyGap, 'pp', rule.draft.inputs ?? []),
        ...giveContext(rates, view),
      },
      diagnostics: {
        inertia: rule.inertia,
        inertiaFrom: policy?.beforeDate ?? null,
        activityGap: rule.gap,
        realRate: policy === null || expected.value === null ? null : policy.now.value - expected.value,
        ...rates,
      },
      flags: expected.source === 'expectation_blend' ? ['expectation_blend'] : [],
      notes: [describeNeutralRate(path, neutral), describeContext(rates)],
    };
  },
});

/** r*, which rests on the real rates and gaps of all months; none while the prior stands in for it. */
function giveNeutralRate(
  path: NeutralRatePath,
  neutral: NeutralRate,
  view: View<MonetaryPolicyParameters>,
): Output {
  const { value, variance, n, period } = neutral;
  const standardError = Math.sqrt(variance);
  const yearBefore = findYearBefore(path, neutral);
  return {
    value: neutral.isPrior
      ? {
          value: null,
          standardError: null,
          variance: null,
          yearBefore: null,
          n,
          period: null,
          reason: `${n} months of the real rate`,
        }
      : { value, standardError, variance, yearBefore, n, period, reason: null },
    units: {
      value: 'percent_per_year',
      standardError: 'pp',
      variance: 'percent_squared',
      yearBefore: 'percent_per_year',
      n: 'months',
    },
    inputs: ['BR_REAL_RATE_EX_ANTE', 'BR_ACTIVITY_GAP'].map((key) =>
      describeInput(key, view.macro(key, 'level').at(-1)),
    ),
  };
}

/** What the narrative tells of the markets beside the signals. */
function giveContext(rates: ReturnType<typeof describeRates>, view: View<MonetaryPolicyParameters>): Outputs {
  const curve = (curveId: string) => [describeInput(curveId, view.curve(curveId) ?? undefined)];
  return {
    di_slope_10y_1y: giveNumber(rates.diSlope, 'pp', curve('DI_PRE')),
    ust_slope_10y_2y: giveNumber(rates.ustSlope, 'pp', curve('UST_NOM')),
    nfci: giveNumber(rates.nfci, 'index', [describeInput('US_NFCI', view.macro('US_NFCI', 'level').at(-1))]),
    usdbrl_3m: giveNumber(rates.usdbrl3mPct, 'percent', [
      describeInput('USDBRL_PTAX', view.prices('USDBRL_PTAX').at(-1)),
    ]),
  };
}

/** r* of the month a year before the latest one; null without one. */
const findYearBefore = ({ months }: NeutralRatePath, { period: last }: NeutralRate): number | null =>
  last === null ? null : (months.find(({ period }) => period === addToMonth(last, -12))?.rStar ?? null);

function describeNeutralRate(path: NeutralRatePath, neutral: NeutralRate): string {
  if (neutral.isPrior)
    return `r* is not estimated: ${neutral.n} months of the real rate; prior ${formatNumber(neutral.value)} %`;
  return `r* ${formatNumber(neutral.value)} % (± ${formatNumber(Math.sqrt(neutral.variance))}, ${neutral.n} months to ${neutral.period}), a year before ${formatNumber(findYearBefore(path, neutral))} %`;
}

function describeRates(view: View<MonetaryPolicyParameters>) {
  const di = view.curve('DI_PRE');
  const treasury = view.curve('UST_NOM');
  const [di1y, di2y, di5y, di10y] = ['1Y', '2Y', '5Y', '10Y'].map((tenor) =>
    readRatePct(di, tenor),
  ) as Rates4;
  const [ust2y, ust5y, ust10y] = ['2Y', '5Y', '10Y'].map((tenor) => readRatePct(treasury, tenor)) as Rates3;
  const breakeven = takeLast(view.macro('US_BEI_10Y', 'level'))?.value ?? null;
  return {
    diPreDate: di?.date ?? null,
    di1y,
    di2y,
    di5y,
    di10y,
    diSlope: subtract(di10y, di1y),
    diLongPremium: subtract(di10y, di5y),
    ust2y,
    ust5y,
    ust10y,
    ustSlope: subtract(ust10y, ust2y),
    ustReal10y: subtract(ust10y, breakeven),
    nfci: takeLast(view.macro('US_NFCI', 'level'))?.value ?? null,
    usdbrl3mPct: measureChangePct(view.prices('USDBRL_PTAX'), view.parameters.context.sessions),
  };
}

type Rate = number | null;
type Rates3 = [Rate, Rate, Rate];
type Rates4 = [Rate, Rate, Rate, Rate];

function subtract(a: Rate, b: Rate): Rate {
  return a === null || b === null ? null : a - b;
}

function describeContext(rates: ReturnType<typeof describeRates>): string {
  return `Context: DI 10y−1y ${formatNumber(rates.diSlope)} pp, UST 10y−2y ${formatNumber(rates.ustSlope)} pp, NFCI ${formatNumber(rates.nfci)}, USDBRL 3 months ${formatNumber(rates.usdbrl3mPct)} %`;
}
