import type { AgentName } from './graph.ts';

/**
 * The model version of each agent that counts: the agents after it, the API and the command line read this one unless
 * told otherwise. Another version can run beside it (`AGENT_VERSIONS`) and be compared before it is named here.
 */
export const CURRENT_VERSIONS: Readonly<Record<AgentName, string>> = {
  agent_inflation: '1',
  agent_monetary_policy: '1',
  agent_fiscal: '1',
  agent_fx_equilibrium: '1',
  agent_cross_asset: '1',
};
