import { CURRENT_VERSIONS } from '../../shared/pipeline/agent-versions.ts';
import type { AgentName } from '../../shared/pipeline/graph.ts';
import type { AgentDefinition } from './framework/agent.ts';
import { PARAMETERS, type ParametersOf } from './parameters.ts';

/** A model version with its numbers. */
export interface ModelVersion<Parameters> {
  readonly modelVersion: string;
  readonly parameters: Parameters;
}

/**
 * One model version of an agent.
 *
 * @throws Error when the agent has no such version
 */
export function readVersion<Agent extends AgentName>(
  agent: Agent,
  modelVersion: string,
): ModelVersion<ParametersOf[Agent]> {
  const versions: Readonly<Record<string, ParametersOf[Agent]>> = PARAMETERS[agent];
  const parameters = versions[modelVersion];
  if (parameters === undefined) {
    throw new Error(`${agent} has no model version ${modelVersion}: ${Object.keys(versions).join(', ')}`);
  }
  return { modelVersion, parameters };
}

/** The model version of an agent that counts. */
export function readCurrentVersion<Agent extends AgentName>(agent: Agent): ModelVersion<ParametersOf[Agent]> {
  return readVersion(agent, CURRENT_VERSIONS[agent]);
}

/**
 * The same agent with the numbers of another version.
 *
 * @throws Error when the agent has no such version
 */
export function buildVersion<Parameters>(
  agent: AgentDefinition<Parameters>,
  modelVersion: string,
): AgentDefinition<Parameters> {
  return { ...agent, ...(readVersion(agent.asset, modelVersion) as unknown as ModelVersion<Parameters>) };
}
