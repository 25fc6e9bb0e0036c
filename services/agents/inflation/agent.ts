import { IPCA_GROUPS } from '../../../shared/economics/ipca-groups.ts';
import { composeDraft } from '../framework/composite.ts';
import { defineAgent, type SignalSpec } from '../framework/agent.ts';
import { formatNumber } from '../framework/narrative.ts';
import { takeLast } from '../framework/points.ts';
import { attemptModel, describeInput } from '../framework/signal.ts';
import type { View } from '../framework/view.ts';
import { readCurrentVersion } from '../versions.ts';
import { assessBottomUp } from './bottom-up.ts';
import { listCoreMonths } from './core.ts';
import { expectInflation, expectLongInflation, giveExpectation } from './expected-inflation.ts';
import { assessPersistence } from './persistence.ts';
import { assessPhillips } from './phillips.ts';
import { CORES } from './series.ts';
import { assessSurprise } from './surprise.ts';
import { assessUsTrend } from './us-trend.ts';

const SIGNALS: readonly SignalSpec[] = [
  { signalId: 'INFLATION_BR_PHILLIPS', axis: 'BR_INFLATION', unit: 'percent', horizonDays: 252 },
  { signalId: 'INFLATION_BR_BOTTOMUP', axis: 'BR_INFLATION', unit: 'percent', horizonDays: 252 },
  { signalId: 'INFLATION_BR_SURPRISE', axis: 'BR_INFLATION', unit: 'z', horizonDays: 63 },
  { signalId: 'INFLATION_BR_PERSISTENCE', axis: 'BR_INFLATION', unit: 'score', horizonDays: 63 },
  { signalId: 'INFLATION_US_TREND', axis: 'US_INFLATION', unit: 'percent', horizonDays: 252 },
  { signalId: 'INFLATION_BR_COMPOSITE', axis: 'BR_INFLATION', unit: 'score', horizonDays: 252 },
];

/** Levels that only inform: they appear in the diagnostics. */
const CONTEXT = ['BR_IPCA_MONITORED', 'BR_IPCA_FREE', 'BR_IPCA_TRADABLE', 'BR_IPCA_NONTRADABLE'] as const;
const US_CONTEXT = ['US_BEI_5Y', 'US_BEI_10Y', 'US_MICHIGAN_INF_1Y'] as const;

/** Inflation of Brazil and the US: six signals, and the expected IPCA that the other agents read. */
export const inflation = defineAgent({
  asset: 'agent_inflation',
  ...readCurrentVersion('agent_inflation'),
  // Ten years of regressors and the year before them that a yearly change needs.
  historyDays: 4030,
  curveHistoryDays: 60,
  reads: {
    macro: [
      { key: 'BR_IPCA_MOM', transform: 'level' },
      { key: 'BR_IPCA_MOM', transform: 'yoy' },
      { key: 'BR_IPCA15_MOM', transform: 'level' },
      ...CORES.map((key) => ({ key, transform: 'yoy' })),
      ...IPCA_GROUPS.map(({ key }) => ({ key, transform: 'level' })),
      { key: 'BR_IPCA_DIFFUSION', transform: 'level' },
      { key: 'BR_IPCA_SERVICES', transform: 'yoy' },
      ...CONTEXT.map((key) => ({ key, transform: 'yoy' })),
      { key: 'BR_ACTIVITY_GAP', transform: 'level' },
      { key: 'BR_INFLATION_EXPECTATION_BLEND', transform: 'level' },
      { key: 'BR_ICBR_USD', transform: 'level' },
      { key: 'US_PCE_CORE', transform: 'saar3' },
      { key: 'US_PCE_CORE', transform: 'yoy' },
      { key: 'US_CPI_CORE', transform: 'yoy' },
      { key: 'US_PCE_SUPERCORE', transform: 'mom' },
      ...US_CONTEXT.map((key) => ({ key, transform: 'level' })),
    ],
    prices: ['USDBRL_PTAX'],
    curves: ['BR_BEI'],
  },
  expectedSignals: SIGNALS,
  assess(view) {
    const core = listCoreMonths(view);
    const expected = expectInflation(view);
    const expectedLong = expectLongInflation(view, expected);
    const drafts = {
      INFLATION_BR_PHILLIPS: attemptModel(() => assessPhillips(view, core)),
      INFLATION_BR_BOTTOMUP: attemptModel(() => assessBottomUp(view)),
      INFLATION_BR_SURPRISE: attemptModel(() => assessSurprise(view)),
      INFLATION_BR_PERSISTENCE: attemptModel(() => assessPersistence(view, core, expected)),
      INFLATION_US_TREND: attemptModel(() => assessUsTrend(view)),
    };
    const ipca12m = takeLast(view.macro('BR_IPCA_MOM', 'yoy'));
    return {
      signals: {
        ...drafts,
        INFLATION_BR_COMPOSITE: composeDraft('agent_inflation', SIGNALS, drafts, view.parameters.composite),
      },
      outputs: {
        expected_ipca_12m: giveExpectation(expected, 'percent_12_months', view),
        expected_ipca_long: giveExpectation(expectedLong, 'percent_per_year', view),
        ipca_12m: {
          value: { value: ipca12m?.value ?? null, period: ipca12m?.period ?? null },
          units: { value: 'percent_12_months' },
          inputs: [describeInput('BR_IPCA_MOM', ipca12m ?? undefined)],
        },
      },
      diagnostics: {
        ipca12m: ipca12m === null ? null : { period: ipca12m.period, value: ipca12m.value },
        core: core.at(-1) ?? null,
        ...describeContext(view),
      },
      flags: expected.source === 'expectation_blend' ? [`expectation_blend: ${expected.reason}`] : [],
      notes: [
        `IPCA 12 months ${formatNumber(ipca12m?.value)} % (${ipca12m?.period ?? 'n/a'})`,
        `Expected IPCA ${formatNumber(expected.value)} % (${expected.source}, ${expected.curveDate ?? expected.period ?? 'n/a'}), long run ${formatNumber(expectedLong.value)} %`,
      ],
    };
  },
});

function describeContext(view: View): Record<string, unknown> {
  const describe = (key: string, transform: string) => {
    const last = takeLast(view.macro(key, transform));
    return last === null ? null : { period: last.period, value: last.value };
  };
  return {
    brazil: Object.fromEntries(CONTEXT.map((key) => [key, describe(key, 'yoy')])),
    us: {
      US_CPI_CORE: describe('US_CPI_CORE', 'yoy'),
      ...Object.fromEntries(US_CONTEXT.map((key) => [key, describe(key, 'level')])),
    },
  };
}
