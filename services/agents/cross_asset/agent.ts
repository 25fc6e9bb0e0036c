import { defineAgent, type SignalSpec } from '../framework/agent.ts';
import { formatNumber } from '../framework/narrative.ts';
import {
  attemptModel,
  describeInput,
  describeUpstream,
  finishSignal,
  type SignalInput,
} from '../framework/signal.ts';
import type { View } from '../framework/view.ts';
import { readCurrentVersion } from '../versions.ts';
import { assessCorrelation } from './correlation.ts';
import { assessMacroRegime, listModelInputs, listRegimeFits, listRegimeInputs } from './macro-regime.ts';
import { buildMarketView, type MarketView } from './market-view.ts';
import { readMarkets } from './readings.ts';
import { assessRiskRegime } from './regime-score.ts';
import { assessSentiment } from './sentiment.ts';
import { giveView } from './view-outputs.ts';
import { collectAgentViews, UPSTREAM_AGENTS } from './views-of-agents.ts';

const CORRELATION: SignalSpec = {
  signalId: 'CROSSASSET_CORRELATION',
  axis: 'NONE',
  unit: 'z',
  horizonDays: 63,
};
const SENTIMENT: SignalSpec = {
  signalId: 'CROSSASSET_SENTIMENT',
  axis: 'RISK_ASSETS',
  unit: 'score',
  horizonDays: 21,
};
const REGIME: SignalSpec = {
  signalId: 'CROSSASSET_REGIME',
  axis: 'RISK_ASSETS',
  unit: 'score',
  horizonDays: 63,
};

const MARKET_SERIES = ['US_HY_OAS', 'US_UST_2Y', 'US_UST_5Y', 'US_UST_10Y'] as const;
const FLOW_SERIES = ['BR_FX_FLOW_TOTAL', 'BR_FX_FLOW_TRADE', 'BR_FX_FLOW_FIN'] as const;
const GROWTH_SERIES = ['BR_IBC_BR', 'BR_IBC_BR_NSA', 'BR_IPCA_MOM'] as const;

const VERSION = readCurrentVersion('agent_cross_asset');

/** Risk regime, correlation breaks and sentiment, and the view that holds the four other agents against each other. */
export const crossAsset = defineAgent({
  asset: 'agent_cross_asset',
  ...VERSION,
  // The monthly regime model expands from 2010, on z-scores of the five years before.
  historyDays: 8_400,
  // Five years of spreads score the Brazil–US one.
  curveHistoryDays: 1_840,
  reads: {
    macro: [
      ...[...MARKET_SERIES, ...FLOW_SERIES].map((key) => ({ key, transform: 'level' })),
      ...GROWTH_SERIES.map((key) => ({ key, transform: 'yoy' })),
    ],
    prices: ['VIX', 'DXY', 'IBOVESPA', 'SP500', 'OIL_WTI', 'USDBRL_PTAX', 'HYG_ETF', 'LQD_ETF'],
    stats: [
      { instrument: 'VIX', stat: 'zscore_past', window: VERSION.parameters.readings.zSessions },
      { instrument: 'DXY', stat: 'zscore_past', window: VERSION.parameters.readings.zSessions },
      { instrument: 'USDBRL_PTAX', stat: 'vol', window: VERSION.parameters.macroRegime.fxVolSessions },
    ],
    curves: ['DI_PRE'],
    reports: UPSTREAM_AGENTS,
  },
  expectedSignals: [CORRELATION, SENTIMENT, REGIME],
  listFits: listRegimeFits,
  assess(view) {
    const { parameters } = view;
    const readings = readMarkets(view);
    const macro = assessMacroRegime(view);
    const drafts = {
      CROSSASSET_CORRELATION: attemptModel(() => assessCorrelation(view, listInputs(view, 'correlation'))),
      CROSSASSET_SENTIMENT: attemptModel(() =>
        assessSentiment(readings, listInputs(view, 'sentiment'), parameters.sentiment),
      ),
      CROSSASSET_REGIME: attemptModel(() =>
        assessRiskRegime(
          readings,
          [
            ...listInputs(view, 'regime'),
            describeUpstream('signal', 'agent_fiscal', 'FISCAL_BR_DOMINANCE_RISK'),
          ],
          parameters.riskRegime,
        ),
      ),
    };
    const marketView = buildMarketView(
      {
        macro,
        riskRegime: finishSignal(REGIME, drafts.CROSSASSET_REGIME),
        sentiment: finishSignal(SENTIMENT, drafts.CROSSASSET_SENTIMENT),
        vixZ: readings.vix.z,
        hyZ: readings.hyBp.z,
        agents: collectAgentViews(view),
      },
      parameters.view,
    );
    return {
      signals: drafts,
      outputs: giveView(marketView, {
        regime: listRegimeInputs(view, macro),
        model: listModelInputs(view, macro.hmm),
        tailRisk: listInputs(view, 'tailRisk'),
      }),
      diagnostics: { macroRegime: macro, readings },
      flags: [...macro.proxies.map((proxy) => `proxy: ${proxy}`), ...macro.warnings],
      notes: narrateView(marketView),
    };
  },
});

const MODEL_INPUTS = {
  correlation: {
    series: ['US_UST_5Y'],
    prices: ['USDBRL_PTAX', 'DXY', 'IBOVESPA', 'SP500', 'VIX', 'OIL_WTI'],
    hasCurve: true,
    hasFlow: false,
  },
  sentiment: {
    series: ['US_HY_OAS', 'US_UST_5Y'],
    prices: ['VIX', 'DXY'],
    hasCurve: true,
    hasFlow: true,
  },
  regime: {
    series: ['US_HY_OAS', 'US_UST_10Y', 'US_UST_2Y'],
    prices: ['VIX', 'DXY'],
    hasCurve: false,
    hasFlow: true,
  },
  tailRisk: { series: ['US_HY_OAS'], prices: ['VIX'], hasCurve: false, hasFlow: false },
} as const;

function listInputs(view: View, model: keyof typeof MODEL_INPUTS): SignalInput[] {
  const { series, prices, hasCurve, hasFlow } = MODEL_INPUTS[model];
  return [
    ...series.map((key) => describeInput(key, view.macro(key, 'level').at(-1))),
    ...(hasFlow ? describeFlow(view) : []),
    ...prices.map((instrument) => describeInput(instrument, view.prices(instrument).at(-1))),
    ...(hasCurve ? [describeInput('DI_PRE', view.curve('DI_PRE') ?? undefined)] : []),
  ];
}

/** The flow, and its two parts where they reach further: their sum stands for it on those days. */
function describeFlow(view: View): SignalInput[] {
  const [total, trade, financial] = FLOW_SERIES.map((key) => view.macro(key, 'level').at(-1));
  const isFurther =
    trade !== undefined &&
    financial !== undefined &&
    (total === undefined || (total.period < trade.period && total.period < financial.period));
  const parts = isFurther
    ? [
        describeInput('BR_FX_FLOW_TRADE', trade, 'BR_FX_FLOW_TOTAL'),
        describeInput('BR_FX_FLOW_FIN', financial, 'BR_FX_FLOW_TOTAL'),
      ]
    : [];
  return total === undefined && isFurther ? parts : [describeInput('BR_FX_FLOW_TOTAL', total), ...parts];
}

/** LONG is the factor going up; a reader would take LONG rates for a bought bond. */
function describeDirection(instrument: string, direction: string): string {
  if (instrument !== 'DI_PRE' && instrument !== 'NTN_B') return direction;
  if (direction === 'LONG') return 'LONG: yields up, pay fixed';
  return direction === 'SHORT' ? 'SHORT: yields down, receive fixed' : direction;
}

function narrateView(view: MarketView): string[] {
  const { regime, probabilities, classes, riskAppetite, tailRisk, trades, consistency, warnings } = view;
  const shares =
    probabilities === null
      ? 'n/a'
      : Object.entries(probabilities)
          .map(([name, share]) => `${name} ${formatNumber(share)}`)
          .join(', ');
  const opinions = Object.entries(classes).map(
    ([name, { instruments, direction, conviction }]) =>
      `${name} ${instruments.join('/')} ${describeDirection(name === 'rates' ? 'DI_PRE' : name, direction)} (${formatNumber(conviction)})`,
  );
  const ideas = trades.map(
    ({ instrument, direction, conviction, size, source }) =>
      `${instrument} ${describeDirection(instrument, direction)} (conviction ${formatNumber(conviction)}, size ${formatNumber(size, 1)}, ${source})`,
  );
  return [
    `Macro regime ${regime ?? 'n/a'} by ${view.regimeMethod === 'rule_based' ? 'rule (fixed weights)' : (view.regimeMethod ?? 'n/a')}: ${shares}`,
    `Views: ${opinions.join('; ')}`,
    `Risk appetite ${formatNumber(riskAppetite, 0)}, tail risk ${formatNumber(tailRisk.score, 0)} (${tailRisk.band ?? 'n/a'})`,
    `Trades: ${ideas.length === 0 ? 'none' : ideas.join('; ')}`,
    `Consistency: ${consistency.length === 0 ? 'no contradiction' : consistency.map(({ rule, detail }) => `${rule} (${detail})`).join('; ')}`,
    ...(warnings.length === 0 ? [] : [`Warnings: ${warnings.join('; ')}`]),
  ];
}
