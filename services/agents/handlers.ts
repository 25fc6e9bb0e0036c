import { ConfigError, describeFailure } from '../../shared/errors.ts';
import { CURRENT_VERSIONS } from '../../shared/pipeline/agent-versions.ts';
import type { AgentName } from '../../shared/pipeline/graph.ts';
import type { Handler } from '../../shared/pipeline/handler.ts';
import { crossAsset } from './cross_asset/agent.ts';
import { fiscal } from './fiscal/agent.ts';
import type { AgentDefinition } from './framework/agent.ts';
import type { FitPool } from './framework/fit-pool.ts';
import { createAgentHandler } from './framework/handler.ts';
import { fxEquilibrium } from './fx_equilibrium/agent.ts';
import { inflation } from './inflation/agent.ts';
import { monetaryPolicy } from './monetary_policy/agent.ts';
import { buildVersion } from './versions.ts';

/** The agents at the model versions that count, in the order in which they read each other. */
export const AGENTS: Readonly<Record<AgentName, AgentDefinition>> = {
  agent_inflation: inflation as AgentDefinition,
  agent_monetary_policy: monetaryPolicy as AgentDefinition,
  agent_fiscal: fiscal as AgentDefinition,
  agent_fx_equilibrium: fxEquilibrium as AgentDefinition,
  agent_cross_asset: crossAsset as AgentDefinition,
};

/**
 * The handler of each agent. `candidates` names model versions that run beside the current one, by agent; the current one
 * among them is left out. Heavy fits run in `pool`, if there is one.
 *
 * @throws ConfigError when an agent has no such version
 */
export function createHandlers(
  candidates: Readonly<Partial<Record<AgentName, readonly string[]>>> = {},
  pool?: FitPool,
): Readonly<Record<AgentName, Handler>> {
  const build = (name: AgentName): Handler => {
    const versions = (candidates[name] ?? []).filter((version) => version !== CURRENT_VERSIONS[name]);
    return createAgentHandler(
      AGENTS[name],
      versions.map((version) => buildCandidate(AGENTS[name], version)),
      pool,
    );
  };
  return {
    agent_inflation: build('agent_inflation'),
    agent_monetary_policy: build('agent_monetary_policy'),
    agent_fiscal: build('agent_fiscal'),
    agent_fx_equilibrium: build('agent_fx_equilibrium'),
    agent_cross_asset: build('agent_cross_asset'),
  };
}

function buildCandidate(agent: AgentDefinition, version: string): AgentDefinition {
  try {
    return buildVersion(agent, version);
  } catch (error) {
    throw new ConfigError('AGENT_VERSIONS', {
      expected: 'versions in services/agents/parameters.ts',
      got: describeFailure(error, false).message,
    });
  }
}
