import { graph, type AssetName } from '../../../../shared/pipeline/graph.ts';

/** The asset that an address names; undefined when it names none. */
export const assetOf = (text: string | undefined): AssetName | undefined =>
  graph.names.find((name) => name === text);
