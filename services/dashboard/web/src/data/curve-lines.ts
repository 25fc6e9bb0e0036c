import type { Answer } from '../../../../../shared/contract/endpoint.ts';
import type { getCurve } from '../../../../../shared/contract/curves.ts';
import { evaluateYield, type NelsonSiegelCurve } from '../../../../../shared/numeric/nelson-siegel.ts';
import { scaleValue } from '../quantity.ts';

export type Curve = Answer<typeof getCurve>;
export type CurvePoint = Curve['points'][number];

/** Years to a point and its number as charts show it. */
export type Place = readonly [years: number, value: number | null];

const OBSERVED = 'observed';
const FIT_STEPS = 80;

/** True for a point of the market, false for a standard tenor. */
export const isObserved = ({ method }: CurvePoint): boolean => method === OBSERVED;

/** Points of a curve by their years. */
export const placesOf = (points: readonly CurvePoint[], unit: string): Place[] =>
  points.flatMap(({ years, rate }) => (years === null ? [] : [[years, scaleValue(rate, unit)] as const]));

function readFit({ fit }: Curve): NelsonSiegelCurve | null {
  if (fit === undefined) return null;
  const { b0, b1, b2, b3, l1, l2 } = fit;
  return b0 === null || b1 === null || b2 === null || l1 === null ? null : { b0, b1, b2, b3, l1, l2 };
}

/** The fitted curve from the first to the last point; empty without a fit. */
export function traceFit(curve: Curve): readonly Place[] {
  const fit = readFit(curve);
  const years = curve.points.flatMap((point) => point.years ?? []);
  if (fit === null || years.length === 0) return [];
  const first = Math.min(...years);
  const step = (Math.max(...years) - first) / FIT_STEPS;
  return Array.from({ length: FIT_STEPS + 1 }, (_, index): Place => {
    const tau = first + index * step;
    return [tau, scaleValue(evaluateYield(fit, tau), curve.unit)];
  });
}

/** The forward rates of a curve, each as a stretch from its start to its end; a gap between two of them. */
export function traceForwards({ metrics, unit }: Curve): readonly Place[] {
  return metrics.flatMap(({ metric, value }): Place[] => {
    const [, start, length] = /^fwd_(\d+)y(\d+)y$/.exec(metric) ?? [];
    if (start === undefined || length === undefined || value === null) return [];
    const end = Number(start) + Number(length);
    const rate = scaleValue(value, unit);
    return [
      [Number(start), rate],
      [end, rate],
      [end, null],
    ];
  });
}
