import type { StoredCurvePoint } from '../../../shared/db/reader.ts';
import type { Knot } from '../../../shared/numeric/interpolation.ts';
import {
  createFitCache,
  fitNelsonSiegel,
  fitSvensson,
  type FitCache,
} from '../../../shared/numeric/nelson-siegel-fit.ts';
import { bootstrapPar } from '../../../shared/numeric/par-bootstrap.ts';
import {
  computeBreakevenFisher,
  computeBreakevenSimple,
  convertBeyToEffective,
} from '../../../shared/numeric/rates.ts';
import { measure, observe, type CurveSet, type Fit, type Metric, type Point } from './curve-set.ts';
import { lookUp, measureCarry, measureForwards, measureShape } from './shape.ts';
import { listVertices, type Vertex } from './vertex.ts';

/** Curves that the US Treasury feeds, and those computed from them. */
export const TREASURY_CURVES = ['UST_NOM', 'UST_REAL', 'UST_NOM_ZERO', 'UST_BEI'] as const;

/** Largest accepted error of a fit of a Treasury curve, basis points. */
const MAX_RMSE_BP = 10;

/** Years of a tenor label: `1.5M`, `10Y`. */
function yearsOf(tenor: string): number {
  const count = Number.parseFloat(tenor);
  return tenor.endsWith('M') ? count / 12 : count;
}

/** Zero rates (semi-annual bond equivalent) at the par tenors; null with a reason where the bootstrap has none. */
function buildZeros(par: readonly Vertex[]): Point[] {
  const knots: Knot[] = par.map(({ tenor, value }) => ({ x: yearsOf(tenor), y: value }));
  const zeros = bootstrapPar(knots);
  return par.map(({ tenor, calendarDays }): Point => {
    const years = yearsOf(tenor);
    const value = zeros?.find((zero) => Math.abs(zero.tenor - years) < 1e-9)?.zeroBey ?? null;
    const reason = value === null ? 'par curve cannot be bootstrapped from half a year on' : null;
    return {
      curveId: 'UST_NOM_ZERO',
      tenor,
      calendarDays,
      businessDays: null,
      value,
      valueKind: 'zero_rate',
      method: 'bootstrap',
      reason,
    };
  });
}

/** Nominal minus real par yield at equal tenors, with the Fisher version as metric. */
function buildBreakeven(
  nominal: readonly Vertex[],
  real: readonly Vertex[],
): { points: Point[]; metrics: Metric[] } {
  const points: Point[] = [];
  const metrics: Metric[] = [];
  for (const { tenor, calendarDays, value } of real) {
    const match = nominal.find((vertex) => vertex.tenor === tenor);
    if (match === undefined) continue;
    const base = { curveId: 'UST_BEI', tenor, calendarDays, businessDays: null, reason: null } as const;
    points.push({
      ...base,
      value: computeBreakevenSimple(match.value, value),
      valueKind: 'breakeven',
      method: 'simple',
    });
    const fisher = computeBreakevenFisher(match.value, value);
    metrics.push(
      measure(
        'UST_BEI',
        `bei_fisher_${tenor.toLowerCase()}`,
        fisher,
        'decimal',
        'real yield of −100 % or less',
      ),
    );
  }
  return { points, metrics };
}

function fitPar(par: readonly Vertex[], cache: FitCache): Fit[] {
  if (par.length === 0) return [];
  const years = par.map(({ tenor }) => yearsOf(tenor));
  const rates = par.map(({ value }) => value);
  const options = { maxRmseBp: MAX_RMSE_BP, cache };
  return [
    { curveId: 'UST_NOM', model: 'ns', fit: fitNelsonSiegel(years, rates, options), points: par.length },
    { curveId: 'UST_NOM', model: 'nss', fit: fitSvensson(years, rates, options), points: par.length },
  ];
}

/** All US curves of a date from what is known of its par yields. `cache` saves factorizations between dates. */
export function buildTreasury(
  points: readonly StoredCurvePoint[],
  cache: FitCache = createFitCache(),
): CurveSet {
  const nominal = listVertices(points, 'UST_NOM', 'UST_NOM');
  const real = listVertices(points, 'UST_REAL', 'UST_REAL');
  const zeros = buildZeros(nominal);
  const breakeven = buildBreakeven(nominal, real);
  const metrics = [...breakeven.metrics];
  if (nominal.length > 0) {
    const knots = zeros.flatMap(({ calendarDays, value }) =>
      value === null ? [] : [{ x: calendarDays, y: value }],
    );
    metrics.push(
      ...measureShape('UST_NOM', lookUp(observe('UST_NOM', 'par_rate', nominal), 'UST_NOM'), '2Y'),
    );
    metrics.push(...measureCarry('UST_NOM_ZERO', knots));
    metrics.push(...measureForwards('UST_NOM_ZERO', lookUp(zeros, 'UST_NOM_ZERO'), convertBeyToEffective));
  }
  return {
    points: [
      ...observe('UST_NOM', 'par_rate', nominal),
      ...observe('UST_REAL', 'par_rate', real),
      ...zeros,
      ...breakeven.points,
    ],
    fits: fitPar(nominal, cache),
    metrics,
  };
}
