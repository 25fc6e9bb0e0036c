import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { codeVersionOf } from '../../shared/pipeline/code-version.ts';
import { graph, type AgentName, type AssetName } from '../../shared/pipeline/graph.ts';
import { listLoaded, ROOT } from './list-loaded.ts';

/** What an asset's code was when its version was last looked at. */
export interface CodePin {
  readonly version: string;
  /** SHA-256 (first 16 hex digits) of the sources that decide its results. */
  readonly sources: string;
}

export type CodePins = Readonly<Record<string, CodePin>>;

export const PINS_PATH = join(ROOT, 'infra/sources/code-pins.json');

const ofAgent = (folder: string): string[] => [
  `services/agents/${folder}/agent.ts`,
  'services/agents/framework/panel.ts',
  'services/agents/framework/report.ts',
  'services/agents/framework/view.ts',
];

/** Where the code of each asset that parses, computes or assesses begins. */
const ENTRIES: Readonly<Record<AssetName, readonly string[]>> = {
  bronze_bcb_sgs: ['shared/connectors/bcb_sgs/connector.ts'],
  bronze_fred: ['shared/connectors/fred/connector.ts'],
  bronze_yahoo: ['shared/connectors/yahoo/yahoo.ts'],
  bronze_bcb_ptax: ['shared/connectors/bcb_ptax/connector.ts'],
  bronze_b3_market_data: ['shared/connectors/b3/b3.ts'],
  bronze_treasury_gov: ['shared/connectors/treasury/treasury.ts'],
  silver_macro: ['services/silver/macro/handler.ts'],
  silver_returns: ['services/silver/returns/handler.ts'],
  silver_curves: ['services/silver/curves/handler.ts'],
  ...(Object.fromEntries(
    graph.names
      .filter((name) => name.startsWith('agent_'))
      .map((name) => [name, ofAgent(name.slice('agent_'.length))]),
  ) as Record<AgentName, string[]>),
};

/**
 * What moves data and decides nothing about it; the numbers of the agents, whose versions have hashes of their own; and, for
 * what reads bronze, the connectors: their version makes all that follows stale.
 */
const LEFT_OUT = [
  'services/agents/parameters.ts',
  'services/agents/versions.ts',
  'services/silver/derivation.ts',
  'shared/db/',
  'shared/errors.ts',
  'shared/http',
  'shared/logger.ts',
  'shared/pipeline/',
];

/** The files that decide what an asset says, in order. */
export function listSources(asset: AssetName): string[] {
  const leftOut = asset.startsWith('bronze_') ? LEFT_OUT : [...LEFT_OUT, 'shared/connectors/'];
  const isLeftOut = (file: string): boolean => leftOut.some((start) => file.startsWith(start));
  const files = new Set(ENTRIES[asset].flatMap((entry) => [...listLoaded(entry, isLeftOut)]));
  return [...files].toSorted();
}

/** A source as it runs: without types, comments and layout. */
export function reduceSource(text: string): string {
  return stripTypeScriptTypes(text, { mode: 'transform' });
}

/** What the code of every asset is now. */
export function readCodePins(): CodePins {
  const reduced = new Map<string, string>();
  const reduce = (file: string): string => {
    const known = reduced.get(file) ?? reduceSource(readFileSync(join(ROOT, file), 'utf8'));
    reduced.set(file, known);
    return known;
  };
  return Object.fromEntries(
    graph.names.map((asset) => {
      const hash = createHash('sha256');
      for (const file of listSources(asset)) hash.update(`${file}\n${reduce(file)}\n`);
      return [asset, { version: codeVersionOf(asset), sources: hash.digest('hex').slice(0, 16) }];
    }),
  );
}

/** Assets whose sources are others than when they were pinned, under the same version. */
export function listUnversioned(pinned: CodePins, current: CodePins): string[] {
  return Object.entries(current).flatMap(([asset, { version, sources }]) => {
    const before = pinned[asset];
    return before?.version === version && before.sources !== sources ? [asset] : [];
  });
}
