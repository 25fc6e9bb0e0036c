import { Argument, InvalidArgumentError, Option } from 'commander';
import { AGENT_NAMES, graph, type AgentName, type AssetName } from '../../shared/pipeline/graph.ts';
import { isDay } from '../../shared/time.ts';

/** Reads a civil date. @throws InvalidArgumentError */
export function parseDay(text: string): string {
  if (!isDay(text)) throw new InvalidArgumentError('expected a day such as 2022-06-24');
  return text;
}

/** Reads a whole number of at least 1. @throws InvalidArgumentError */
export function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1)
    throw new InvalidArgumentError('expected a whole number of at least 1');
  return count;
}

function parseAssets(text: string): AssetName[] {
  return text.split(',').map((name) => {
    const asset = graph.names.find((known) => known === name);
    if (asset === undefined)
      throw new InvalidArgumentError(`there is no asset ${name}: they are ${graph.names.join(', ')}`);
    return asset;
  });
}

/** `inflation` and `agent_inflation` are the same agent. */
const SHORT_AGENTS: readonly string[] = AGENT_NAMES.map((name) => name.replace(/^agent_/, ''));

function parseAgent(text: string): AgentName {
  const agent = AGENT_NAMES.find((name) => name === text || name === `agent_${text}`);
  if (agent === undefined)
    throw new InvalidArgumentError(`there is no agent ${text}: they are ${SHORT_AGENTS.join(', ')}`);
  return agent;
}

/** Assets separated by commas. The `,…` in its flags is what shell completion knows a list by. */
export function assetsOption(description: string): Option {
  return new Option('--assets <asset,…>', description).choices(graph.names).argParser(parseAssets);
}

/** One agent, with or without `agent_`. */
export function agentOption(description: string): Option {
  return new Option('--agent <agent>', description).choices(SHORT_AGENTS).argParser(parseAgent);
}

/** An agent as an argument. */
export function agentArgument(): Argument {
  return new Argument('<agent>', 'the agent').choices(SHORT_AGENTS).argParser(parseAgent);
}

/** An asset as an argument. */
export function assetArgument(): Argument {
  return new Argument('<asset>', 'the asset').choices(graph.names);
}

/** How many rows of a list, newest first where it is a history. */
export function limitOption(): Option {
  return new Option('--limit <count>', 'most rows').argParser(parseCount);
}
