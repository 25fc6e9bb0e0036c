import { CURRENT_VERSIONS } from './agent-versions.ts';
import { graph, type AgentName, type AssetName, type BronzeName, type SilverName } from './graph.ts';

/**
 * Versions of the code that computes each asset: connector and registry of a provider, formulas of a transform, models of
 * an agent. Raised when the same inputs may give other results; a unit test compares the sources with
 * `infra/sources/code-pins.json`, which `make pin-code` writes.
 */
const VERSIONS = {
  bronze_bcb_sgs: '1',
  bronze_fred: '1',
  bronze_yahoo: '1',
  bronze_bcb_ptax: '1',
  bronze_b3_market_data: '1',
  bronze_treasury_gov: '1',
  silver_macro: '2',
  silver_returns: '2',
  silver_curves: '2',
} as const satisfies Readonly<Record<BronzeName | SilverName, string>>;

/** The same for agents, beside the model version, which stands for numbers and formulas that are compared side by side. */
const AGENT_CODE: Readonly<Record<AgentName, string>> = {
  agent_inflation: '2',
  agent_monetary_policy: '2',
  agent_fiscal: '2',
  agent_fx_equilibrium: '2',
  agent_cross_asset: '2',
};

const isAgent = (asset: AssetName): asset is AgentName => graph.assets[asset].layer === 'agents';

/** The version of the code that computes an asset in this release: `2`, for an agent `<model version>.<code>`, as `1.1`. */
export function codeVersionOf(asset: AssetName): string {
  return isAgent(asset)
    ? `${CURRENT_VERSIONS[asset]}.${AGENT_CODE[asset]}`
    : VERSIONS[asset as BronzeName | SilverName];
}
