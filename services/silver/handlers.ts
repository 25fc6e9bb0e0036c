import type { SilverName } from '../../shared/pipeline/graph.ts';
import type { Handler } from '../../shared/pipeline/handler.ts';
import { deriveCurvesAsset } from './curves/handler.ts';
import { deriveMacro } from './macro/handler.ts';
import { deriveReturnsAsset } from './returns/handler.ts';

/** The handler of each silver asset. */
export const handlers: Readonly<Record<SilverName, Handler>> = {
  silver_macro: deriveMacro,
  silver_returns: deriveReturnsAsset,
  silver_curves: deriveCurvesAsset,
};
