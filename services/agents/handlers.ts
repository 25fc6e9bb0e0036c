import type { AgentName } from '../../shared/pipeline/graph.ts';
import type { Handler } from '../../shared/pipeline/handler.ts';
import { crossAsset } from './cross_asset/agent.ts';
import { fiscal } from './fiscal/agent.ts';
import { createAgentHandler } from './framework/handler.ts';
import { fxEquilibrium } from './fx_equilibrium/agent.ts';
import { inflation } from './inflation/agent.ts';
import { monetaryPolicy } from './monetary_policy/agent.ts';

/** The handler of each agent. */
export const handlers: Readonly<Record<AgentName, Handler>> = {
  agent_inflation: createAgentHandler(inflation),
  agent_monetary_policy: createAgentHandler(monetaryPolicy),
  agent_fiscal: createAgentHandler(fiscal),
  agent_fx_equilibrium: createAgentHandler(fxEquilibrium),
  agent_cross_asset: createAgentHandler(crossAsset),
};
