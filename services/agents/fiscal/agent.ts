import { defineAgent, type SignalSpec } from '../framework/agent.ts';
import { composeDraft } from '../framework/composite.ts';
import { formatNumber } from '../framework/narrative.ts';
import { giveNumber } from '../framework/output.ts';
import { addToMonth } from '../framework/periods.ts';
import { measureChangePct, takeLast } from '../framework/points.ts';
import { attemptModel, describeInput } from '../framework/signal.ts';
import type { View } from '../framework/view.ts';
import type { FiscalParameters } from '../parameters.ts';
import { readCurrentVersion } from '../versions.ts';
import { assessDebtSustainability } from './debt-sustainability.ts';
import { assessDominance } from './dominance.ts';
import { describeRealSelic, readFeatures } from './features.ts';
import { assessImpulse } from './impulse.ts';

const SIGNALS: readonly SignalSpec[] = [
  { signalId: 'FISCAL_BR_DSA', axis: 'USDBRL', unit: 'pp', horizonDays: 1260 },
  { signalId: 'FISCAL_BR_IMPULSE', axis: 'USDBRL', unit: 'z', horizonDays: 126 },
  { signalId: 'FISCAL_BR_DOMINANCE_RISK', axis: 'USDBRL', unit: 'score', horizonDays: 252 },
  { signalId: 'FISCAL_BR_COMPOSITE', axis: 'USDBRL', unit: 'score', horizonDays: 252 },
];

/** Public debt of Brazil: where it is heading, what fiscal policy does, and whether it rules monetary policy. */
export const fiscal = defineAgent({
  asset: 'agent_fiscal',
  ...readCurrentVersion('agent_fiscal'),
  historyDays: 5475,
  curveHistoryDays: 60,
  reads: {
    macro: [
      { key: 'BR_GROSS_DEBT_GDP', transform: 'level' },
      { key: 'BR_NET_DEBT_GDP', transform: 'level' },
      { key: 'BR_PRIMARY_BALANCE', transform: 'level' },
      { key: 'BR_NOMINAL_DEFICIT', transform: 'level' },
      { key: 'BR_GDP_QOQ', transform: 'yoy' },
      { key: 'BR_GDP_NSA', transform: 'yoy' },
      { key: 'BR_SELIC_TARGET', transform: 'level' },
    ],
    prices: ['USDBRL_PTAX'],
    curves: ['DI_IPCA', 'NTN_B_REAL', 'DI_PRE'],
    reports: ['agent_inflation', 'agent_monetary_policy'],
  },
  expectedSignals: SIGNALS,
  assess(view) {
    const features = readFeatures(view);
    const drafts = {
      FISCAL_BR_DSA: attemptModel(() => assessDebtSustainability(view, features)),
      FISCAL_BR_IMPULSE: attemptModel(() => assessImpulse(view, features.balance)),
      FISCAL_BR_DOMINANCE_RISK: attemptModel(() => assessDominance(view, features)),
    };
    const { debt, balance, growth, realSelic, rMinusG, deviation } = features;
    const context = describeContext(view);
    const read = (key: string) => describeInput(key, takeLast(view.macro(key, 'level')) ?? undefined);
    const grossDebt = [read('BR_GROSS_DEBT_GDP')];
    return {
      signals: {
        ...drafts,
        FISCAL_BR_COMPOSITE: composeDraft('agent_fiscal', SIGNALS, drafts, view.parameters.composite),
      },
      outputs: {
        gross_debt: giveNumber(debt?.value ?? null, 'percent_of_gdp', grossDebt),
        gross_debt_year_before: giveNumber(context.debtYearBefore, 'percent_of_gdp', grossDebt),
        net_debt: giveNumber(context.netDebt, 'percent_of_gdp', [read('BR_NET_DEBT_GDP')]),
        primary_balance: giveNumber(balance?.latest ?? null, 'percent_of_gdp', [read('BR_PRIMARY_BALANCE')]),
        r_minus_g: giveNumber(rMinusG, 'pp', [
          ...describeRealSelic(features),
          ...(growth === null ? [] : [describeInput(growth.key, growth)]),
        ]),
        usdbrl_3m: giveNumber(context.usdbrl3mPct, 'percent', [
          describeInput('USDBRL_PTAX', view.prices('USDBRL_PTAX').at(-1)),
        ]),
      },
      diagnostics: {
        growth: growth?.value ?? null,
        growthSource: growth?.key ?? null,
        realSelic,
        deviation,
        ...context,
      },
      notes: [
        `Gross debt ${formatNumber(debt?.value)} % of GDP (${debt?.period ?? 'n/a'}), a year before ${formatNumber(context.debtYearBefore)} %; primary balance ${formatNumber(balance?.latest)} %`,
        `Context: net debt ${formatNumber(context.netDebt)} % of GDP, USDBRL 3 months ${formatNumber(context.usdbrl3mPct)} %`,
      ],
    };
  },
});

function describeContext(view: View<FiscalParameters>) {
  const debt = view.macro('BR_GROSS_DEBT_GDP', 'level');
  const last = takeLast(debt);
  return {
    debtYearBefore:
      debt.find(({ period }) => last !== null && period === addToMonth(last.period, -12))?.value ?? null,
    netDebt: takeLast(view.macro('BR_NET_DEBT_GDP', 'level'))?.value ?? null,
    nominalDeficit: takeLast(view.macro('BR_NOMINAL_DEFICIT', 'level'))?.value ?? null,
    usdbrl3mPct: measureChangePct(view.prices('USDBRL_PTAX'), view.parameters.context.sessions),
  };
}
