import { fitNelsonSiegel, fitSvensson, type FitCache } from '../../../shared/numeric/nelson-siegel-fit.ts';
import { maxRmseBpOf, type CurveId } from '../../../shared/silver/curve-conventions.ts';
import type { Fit, Flag } from './curve-set.ts';

/** What a fit is made of: tenors (years) with rates, and their lineage. */
export interface FitData {
  readonly knots: readonly { readonly x: number; readonly y: number }[];
  readonly inputs: string;
}

const FITTERS = { ns: fitNelsonSiegel, nss: fitSvensson } as const;

/** Parametric fits of a curve, accepted or rejected by the limit of its country; none without points. */
export function fitCurve(
  curveId: CurveId,
  models: readonly Fit['model'][],
  { knots, inputs }: FitData,
  cache: FitCache,
): Fit[] {
  if (knots.length === 0) return [];
  const years = knots.map(({ x }) => x);
  const rates = knots.map(({ y }) => y);
  const options = { maxRmseBp: maxRmseBpOf(curveId), cache };
  return models.map((model) => ({
    curveId,
    model,
    fit: FITTERS[model](years, rates, options),
    points: knots.length,
    inputs,
  }));
}

/** Flags of the interpolated points of a curve by what became of its Nelson-Siegel fit. */
export function listFitFlags(fits: readonly Fit[]): Flag[] {
  return fits.some(({ model, fit }) => model === 'ns' && fit?.status === 'rejected') ? ['ns_rejected'] : [];
}
