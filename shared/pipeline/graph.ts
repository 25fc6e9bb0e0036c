import { defineGraph } from './define-graph.ts';

const SILVER = ['silver_macro', 'silver_returns', 'silver_curves'] as const;

/** THE DIAGRAM: fourteen assets in three layers and what each of them reads. Everything else derives from it. */
export const graph = defineGraph({
  bronze_bcb_sgs: {
    layer: 'bronze',
    reads: [],
    description: 'Brazilian macro series of the central bank (SGS)',
  },
  bronze_fred: {
    layer: 'bronze',
    reads: [],
    description: 'US macro and market series with their vintages (FRED)',
  },
  bronze_yahoo: {
    layer: 'bronze',
    reads: [],
    description: 'Daily bars of indices, ETFs, futures and currencies',
  },
  bronze_bcb_ptax: {
    layer: 'bronze',
    reads: [],
    description: 'Official closing exchange rates of the central bank',
  },
  bronze_b3_market_data: {
    layer: 'bronze',
    reads: [],
    description: 'Settlement prices and swap curves of B3',
  },
  bronze_treasury_gov: { layer: 'bronze', reads: [], description: 'US Treasury par yield curves' },

  silver_macro: {
    layer: 'silver',
    reads: ['bronze_bcb_sgs', 'bronze_fred'],
    description: 'Growth rates, gaps and levels, each dated by the moment it could be known',
  },
  silver_returns: {
    layer: 'silver',
    reads: ['bronze_yahoo', 'bronze_bcb_ptax'],
    description: 'Prices, returns, volatility and z-scores per instrument',
  },
  silver_curves: {
    layer: 'silver',
    reads: ['bronze_b3_market_data', 'bronze_treasury_gov'],
    description: 'Brazilian and US curves on standard tenors, fits, breakevens and shape',
  },

  agent_inflation: {
    layer: 'agents',
    reads: [...SILVER],
    description: 'Inflation outlook of Brazil and the US, and expected IPCA',
  },
  agent_monetary_policy: {
    layer: 'agents',
    reads: [...SILVER, 'agent_inflation'],
    description: 'Neutral rate, Taylor gap, Selic path, term premium, Fed stance',
  },
  agent_fiscal: {
    layer: 'agents',
    reads: [...SILVER, 'agent_inflation', 'agent_monetary_policy'],
    description: 'Debt dynamics, fiscal impulse and dominance risk',
  },
  agent_fx_equilibrium: {
    layer: 'agents',
    reads: [...SILVER, 'agent_inflation'],
    description: 'Fair value, carry, flow and basis of USDBRL',
  },
  agent_cross_asset: {
    layer: 'agents',
    reads: [...SILVER, 'agent_inflation', 'agent_monetary_policy', 'agent_fiscal', 'agent_fx_equilibrium'],
    description: 'Regime, correlations, sentiment and the consistency of the four other agents',
  },
});

export type AssetName = (typeof graph)['names'][number];

type NamesOf<Prefix extends string> = Extract<AssetName, `${Prefix}_${string}`>;
export type BronzeName = NamesOf<'bronze'>;
export type SilverName = NamesOf<'silver'>;
export type AgentName = NamesOf<'agent'>;

/** The agents, in the order in which they read each other. */
export const AGENT_NAMES: readonly AgentName[] = graph.names.filter(
  (name): name is AgentName => graph.assets[name].layer === 'agents',
);

/** True for text that names an asset. */
export function isAssetName(text: string): text is AssetName {
  return Object.hasOwn(graph.assets, text);
}

/** The weekday run: at 06:00 America/Sao_Paulo for the partition of the weekday before. */
export const SCHEDULES = { weekday: { cron: '0 6 * * 1-5', zone: 'America/Sao_Paulo' } } as const;
