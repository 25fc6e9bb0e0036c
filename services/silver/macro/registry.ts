import { SGS_KEYS } from '../../../shared/connectors/bcb_sgs/registry.ts';
import type { KeyDefinition } from '../../../shared/connectors/connector.ts';
import { FRED_KEYS } from '../../../shared/connectors/fred/registry.ts';
import type { BronzeName } from '../../../shared/pipeline/graph.ts';

/** A bronze series that silver_macro reads, with the asset that writes it. */
export type MacroSource = KeyDefinition & {
  readonly asset: Extract<BronzeName, 'bronze_bcb_sgs' | 'bronze_fred'>;
};

function listSources(): MacroSource[] {
  const sgs = SGS_KEYS.map((key): MacroSource => ({ ...key, asset: 'bronze_bcb_sgs' }));
  const fred = FRED_KEYS.map((key): MacroSource => ({ ...key, asset: 'bronze_fred' }));
  return [...sgs, ...fred].filter((key) => key.disabled === undefined);
}

/** Every enabled SGS and FRED series by its key. */
export const MACRO_SOURCES: ReadonlyMap<string, MacroSource> = new Map(
  listSources().map((source) => [source.key, source]),
);
