import type { Provider } from '../connectors/connector.ts';
import type { BronzeName } from './graph.ts';

/** Which provider feeds a bronze asset. */
export const PROVIDER_OF: Readonly<Record<BronzeName, Provider>> = {
  bronze_bcb_sgs: 'bcb_sgs',
  bronze_fred: 'fred',
  bronze_yahoo: 'yahoo',
  bronze_bcb_ptax: 'bcb_ptax',
  bronze_b3_market_data: 'b3',
  bronze_treasury_gov: 'treasury',
};

/** The bronze asset of a provider. */
export function assetOf(provider: Provider): BronzeName {
  const entry = Object.entries(PROVIDER_OF).find(([, candidate]) => candidate === provider);
  if (entry === undefined) throw new Error(`No asset is fed by ${provider}`);
  return entry[0] as BronzeName;
}
