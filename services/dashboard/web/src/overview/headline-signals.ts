import type { AgentName } from '../../../../../shared/pipeline/graph.ts';

/** The signal that sums each agent up. */
export const HEADLINE_SIGNALS: Readonly<Record<AgentName, string>> = {
  agent_inflation: 'INFLATION_BR_COMPOSITE',
  agent_monetary_policy: 'MONETARY_BR_COMPOSITE',
  agent_fiscal: 'FISCAL_BR_COMPOSITE',
  agent_fx_equilibrium: 'FX_BR_COMPOSITE',
  agent_cross_asset: 'CROSSASSET_REGIME',
};
