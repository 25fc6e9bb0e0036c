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

/** The last fits of each curve with the data they are of. */
export type FitMemory = Map<CurveId, { readonly data: string; readonly fits: readonly Fit[] }>;

/**
 * The fits of `fit`, or those remembered when the curve has the same data: at most moments of a date another source became
 * public. The result is the same with or without.
 */
export function recallFits(
  memory: FitMemory,
  curveId: CurveId,
  { knots, inputs }: FitData,
  fit: () => Fit[],
): readonly Fit[] {
  const data = `${inputs} ${knots.map(({ x, y }) => `${x}:${y}`).join(' ')}`;
  const known = memory.get(curveId);
  if (known?.data === data) return known.fits;
  const fits = fit();
  memory.set(curveId, { data, fits });
  return fits;
}

/** Flags of the interpolated points of a curve by what became of its Nelson-Siegel fit. */
export function listFitFlags(fits: readonly Fit[]): Flag[] {
  return fits.some(({ model, fit }) => model === 'ns' && fit?.status === 'rejected') ? ['ns_rejected'] : [];
}
