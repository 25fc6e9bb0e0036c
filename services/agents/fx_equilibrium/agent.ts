import { defineAgent, type SignalSpec } from '../framework/agent.ts';
import { composeDraft } from '../framework/composite.ts';
import { listDailyValues } from '../framework/dated-values.ts';
import { describeExpectation, readExpectation } from '../framework/expectation.ts';
import { formatNumber } from '../framework/narrative.ts';
import { giveNumber, type Outputs } from '../framework/output.ts';
import { attemptModel, describeInput, type SignalDraft } from '../framework/signal.ts';
import type { Day } from '../../../shared/time.ts';
import type { View } from '../framework/view.ts';
import type { FxEquilibriumParameters } from '../parameters.ts';
import { readCurrentVersion } from '../versions.ts';
import { assessCarryRisk, describeCarryRates, listCarryRatios } from './carry-risk.ts';
import { assessCipBasis } from './cip-basis.ts';
import { assessFairValue, BEER_KEYS } from './fair-value.ts';
import { assessFlow } from './flow.ts';

const USDBRL = 'USDBRL';

const SIGNALS: readonly SignalSpec[] = [
  { signalId: 'FX_BR_BEER', axis: USDBRL, unit: 'percent', horizonDays: 252 },
  { signalId: 'FX_BR_CARRY_RISK', axis: USDBRL, unit: 'z', horizonDays: 63 },
  { signalId: 'FX_BR_FLOW', axis: USDBRL, unit: 'z', horizonDays: 21 },
  { signalId: 'FX_BR_CIP_BASIS', axis: USDBRL, unit: 'pp', horizonDays: 21 },
  { signalId: 'FX_BR_COMPOSITE', axis: USDBRL, unit: 'score', horizonDays: 63 },
];

/** Fair value, carry for risk, flow and covered parity of USDBRL. */
export const fxEquilibrium = defineAgent({
  asset: 'agent_fx_equilibrium',
  ...readCurrentVersion('agent_fx_equilibrium'),
  historyDays: 5_475,
  // Sixty month-ends of the real rate: a row of the fair value is complete only where all its predictors are known, and
  // fifteen years of five curves would be a million points for one column.
  curveHistoryDays: 1_840,
  reads: {
    macro: [
      { key: 'BR_SELIC_TARGET', transform: 'level' },
      { key: 'US_FED_FUNDS', transform: 'level' },
      { key: 'US_SOFR', transform: 'level' },
      ...BEER_KEYS.map((key) => ({ key, transform: 'level' })),
      { key: 'BR_FX_FLOW_TOTAL', transform: 'level' },
      { key: 'BR_FX_FLOW_TRADE', transform: 'level' },
      { key: 'BR_FX_FLOW_FIN', transform: 'level' },
    ],
    prices: ['USDBRL_PTAX'],
    curves: ['DI_PRE', 'DI_IPCA', 'NTN_B_REAL', 'CUPOM_CAMBIAL', 'USDBRL_FWD'],
    reports: ['agent_inflation'],
  },
  expectedSignals: SIGNALS,
  assess(view) {
    const ratios = listCarryRatios(
      listDailyValues(view.macro('BR_SELIC_TARGET', 'level')),
      listDailyValues(view.macro('US_FED_FUNDS', 'level')),
      view.prices('USDBRL_PTAX'),
      view.parameters.carryRisk.volSessions,
    );
    const drafts: Record<string, SignalDraft> = {
      FX_BR_BEER: attemptModel(() => assessFairValue(view)),
      FX_BR_CARRY_RISK: attemptModel(() => assessCarryRisk(view, ratios)),
      FX_BR_FLOW: attemptModel(() => assessFlow(view)),
      FX_BR_CIP_BASIS: attemptModel(() => assessCipBasis(view)),
    };
    const carry = ratios.at(-1);
    const features = describeFeatures(view, carry?.carryPct ?? null);
    return {
      signals: {
        ...drafts,
        FX_BR_COMPOSITE: composeDraft('agent_fx_equilibrium', SIGNALS, drafts, view.parameters.composite),
      },
      outputs: giveFeatures(features, view, carry?.date),
      diagnostics: { carry: carry ?? null },
      notes: [
        `USDBRL ${formatNumber(features.spot, 4)}, ${formatNumber(features.spotYoyPct)} % in a year, carry over the Fed funds rate ${formatNumber(features.carryPct)} %, Selic over expected inflation ${formatNumber(features.realSelicPct)} %`,
      ],
    };
  },
});

/** The features as outputs. */
function giveFeatures(
  features: ReturnType<typeof describeFeatures>,
  view: View<FxEquilibriumParameters>,
  carryDate: Day | undefined,
): Outputs {
  const { spot, spotDate, spotYoyPct, carryPct, selicPct, expectedIpca, realSelicPct } = features;
  const fixing = [describeInput('USDBRL_PTAX', view.prices('USDBRL_PTAX').at(-1))];
  const selic = describeInput('BR_SELIC_TARGET', view.macro('BR_SELIC_TARGET', 'level').at(-1));
  const expected = describeExpectation('expected_ipca_12m', expectedIpca);
  return {
    spot: giveNumber(spot, 'brl_per_usd', fixing),
    spotDate: { value: spotDate, units: {}, inputs: fixing },
    spotYoyPct: giveNumber(spotYoyPct, 'percent', fixing),
    carryPct: giveNumber(carryPct, 'pp', describeCarryRates(view, carryDate)),
    selicPct: giveNumber(selicPct, 'percent_per_year', [selic]),
    expectedIpca: { value: expectedIpca, units: { value: 'percent_12_months' }, inputs: [expected] },
    realSelicPct: giveNumber(realSelicPct, 'percent_per_year', [selic, expected]),
  };
}

/** The state of the market behind the signals: spot, its change in 252 sessions, carry nominal and after inflation. */
function describeFeatures(view: View<FxEquilibriumParameters>, carryPct: number | null) {
  const fixings = view.prices('USDBRL_PTAX');
  const spot = fixings.at(-1)?.price ?? null;
  const yearAgo = fixings.at(-1 - view.parameters.context.sessions)?.price ?? null;
  const selic = view.macro('BR_SELIC_TARGET', 'level').at(-1)?.value ?? null;
  const expected = readExpectation(view.report('agent_inflation'), 'expected_ipca_12m');
  return {
    spot,
    spotDate: fixings.at(-1)?.date ?? null,
    spotYoyPct: spot === null || yearAgo === null ? null : (spot / yearAgo - 1) * 100,
    carryPct,
    selicPct: selic,
    expectedIpca: expected,
    realSelicPct: selic === null || expected.value === null ? null : selic - expected.value,
  };
}
