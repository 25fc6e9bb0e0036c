import { getCalendar } from '../../../shared/calendars/calendars.ts';
import { TENORS, type Tenor } from '../../../shared/connectors/treasury/tenors.ts';
import type { StoredCurvePoint } from '../../../shared/db/reader.ts';
import { interpolateLinear, isWithinReach, type Knot } from '../../../shared/numeric/interpolation.ts';
import { evaluateYield } from '../../../shared/numeric/nelson-siegel.ts';
import { createFitCache, type CurveFit, type FitCache } from '../../../shared/numeric/nelson-siegel-fit.ts';
import { bootstrapPar } from '../../../shared/numeric/par-bootstrap.ts';
import {
  computeBreakevenFisher,
  computeBreakevenSimple,
  computeDv01SemiAnnual,
  convertBeyToContinuous,
  convertBeyToEffective,
} from '../../../shared/numeric/rates.ts';
import { yearsOfTenor, type CurveId } from '../../../shared/silver/curve-conventions.ts';
import { addDays, type Day } from '../../../shared/time.ts';
import {
  cite,
  measure,
  observe,
  OUTSIDE_REACH,
  type CurveSet,
  type Fit,
  type Measure,
  type Metric,
  type Point,
} from './curve-set.ts';
import { fitCurve, listFitFlags } from './fit.ts';
import {
  FIVE_YEAR_FORWARD,
  lookUp,
  measureCarry,
  measureDv01,
  measureForwards,
  measureShape,
  type Lookup,
} from './shape.ts';
import { pickSource, type Source } from './vertex.ts';

/** Curves that the US Treasury feeds, and those computed from them. */
export const TREASURY_CURVES = [
  'UST_NOM',
  'UST_REAL',
  'UST_NOM_ZERO',
  'UST_REAL_ZERO',
  'UST_BEI',
] as const satisfies readonly CurveId[];

const DV01_TENORS = { nominal: [1, 2, 5, 10, 30], real: [5, 10, 30] };

/** Tenors of a curve that are filled where the Treasury has none; 1.5 and 4 months are recent. */
const isStandard = ({ label }: Tenor): boolean => label !== '1.5M' && label !== '4M';
const STANDARD_TENORS = {
  UST_NOM: TENORS.filter(isStandard),
  UST_REAL: TENORS.filter((tenor) => isStandard(tenor) && yearsOfTenor(tenor.label) >= 5),
} as const;

type ParCurveId = keyof typeof STANDARD_TENORS;

interface ParCurve {
  readonly source: Source;
  /** Par yields by years. */
  readonly knots: readonly Knot[];
  readonly points: readonly Point[];
  readonly fits: readonly Fit[];
}

/** Business days of US government securities over nominal calendar days. */
function countBusinessDays(date: Day, calendarDays: number): number {
  return getCalendar('US_GOV').count(date, addDays(date, calendarDays));
}

/** A par yield at a tenor that was not published: of the accepted Nelson-Siegel fit, else linear in years. */
function estimatePar(
  knots: readonly Knot[],
  years: number,
  fit: CurveFit | null,
): Pick<Point, 'value' | 'method' | 'flags'> | null {
  if (!isWithinReach(knots, years)) return null;
  if (fit !== null && fit.status !== 'rejected') {
    const isBeyond = years < knots[0]!.x || years > knots.at(-1)!.x;
    return { value: evaluateYield(fit, years), method: 'ns', flags: isBeyond ? ['extrapolated'] : [] };
  }
  const found = interpolateLinear(knots, years);
  return found && { value: found.y, method: found.method, flags: found.method === 'flat' ? ['flat'] : [] };
}

function fillTenors(
  curveId: ParCurveId,
  { date, inputs }: Source,
  knots: readonly Knot[],
  fits: readonly Fit[],
) {
  const fit = fits.find(({ model }) => model === 'ns')?.fit ?? null;
  const isPublished = ({ label }: Tenor): boolean => knots.some(({ x }) => x === yearsOfTenor(label));
  return STANDARD_TENORS[curveId]
    .filter((tenor) => !isPublished(tenor))
    .map(({ label, calendarDays }): Point => {
      const found = estimatePar(knots, yearsOfTenor(label), fit);
      return {
        curveId,
        tenor: label,
        calendarDays,
        businessDays: countBusinessDays(date, calendarDays),
        value: found?.value ?? null,
        valueKind: 'par_rate',
        method: found?.method ?? 'linear',
        flags: found === null ? [] : [...found.flags, ...listFitFlags(fits)],
        reason: found === null ? OUTSIDE_REACH : null,
        inputs,
      };
    });
}

/** A par curve as published, its missing standard tenors and its fits; null when nothing was published. */
function buildPar(
  points: readonly StoredCurvePoint[],
  curveId: ParCurveId,
  models: readonly Fit['model'][],
  cache: FitCache,
): ParCurve | null {
  const picked = pickSource(points, curveId, [curveId]);
  if (picked === null) return null;
  const vertices = picked.vertices.map((vertex) => ({
    ...vertex,
    businessDays: countBusinessDays(picked.date, vertex.calendarDays),
  }));
  const source = { ...picked, vertices };
  const knots = vertices.map(({ tenor, value }) => ({ x: yearsOfTenor(tenor), y: value }));
  const fits = fitCurve(curveId, models, { knots, inputs: source.inputs }, cache);
  const all = [...observe(curveId, 'par_rate', source), ...fillTenors(curveId, source, knots, fits)];
  return { source, knots, points: all, fits };
}

/** Zero rates (semi-annual bond equivalent) at the published tenors; null with a reason where the bootstrap has none. */
function buildZeros(
  curveId: 'UST_NOM_ZERO' | 'UST_REAL_ZERO',
  { source, knots }: ParCurve,
  flatShortEnd: boolean,
): Point[] {
  const zeros = bootstrapPar(knots, { flatShortEnd });
  const isHeld = knots[0]!.x > 0.5;
  return source.vertices.map(({ tenor, calendarDays, businessDays }, i): Point => {
    const value = zeros?.find((zero) => Math.abs(zero.tenor - knots[i]!.x) < 1e-9)?.zeroBey ?? null;
    return {
      curveId,
      tenor,
      calendarDays,
      businessDays,
      value,
      valueKind: 'zero_rate',
      method: 'bootstrap',
      flags: value !== null && isHeld ? ['flat_short_end'] : [],
      reason: value === null ? 'par curve cannot be bootstrapped from half a year on' : null,
      inputs: source.inputs,
    };
  });
}

/** Nominal minus real par yield at the tenors that both publish, with the Fisher version as metric. */
function buildBreakeven(
  nominal: ParCurve,
  real: ParCurve,
  zeros: { readonly nominal: Lookup; readonly real: Lookup },
): { points: Point[]; metrics: Metric[] } {
  const inputs = `${nominal.source.inputs}, ${real.source.inputs}`;
  const points: Point[] = [];
  const measures: Measure[] = [];
  for (const { tenor, calendarDays, businessDays, value } of real.source.vertices) {
    const match = nominal.source.vertices.find((vertex) => vertex.tenor === tenor);
    if (match === undefined) continue;
    points.push({
      curveId: 'UST_BEI',
      tenor,
      calendarDays,
      businessDays,
      value: computeBreakevenSimple(match.value, value),
      valueKind: 'breakeven',
      method: 'simple',
      flags: [],
      reason: null,
      inputs,
    });
    const fisher = computeBreakevenFisher(match.value, value);
    const reason = 'real yield of −100 % or less';
    measures.push(measure('UST_BEI', `bei_fisher_${tenor.toLowerCase()}`, fisher, 'decimal', reason));
  }
  if (points.length === 0) return { points: [], metrics: [] };
  const effective = (at: Lookup): Lookup => {
    return (tenor) => {
      const rate = at(tenor);
      return rate === null ? null : convertBeyToEffective(rate);
    };
  };
  const [n, r] = [effective(zeros.nominal), effective(zeros.real)];
  // Of zero rates, which unlike par yields have forwards.
  const compensation: Lookup = (tenor) => {
    const [nominalRate, realRate] = [n(tenor), r(tenor)];
    return nominalRate === null || realRate === null ? null : computeBreakevenFisher(nominalRate, realRate);
  };
  measures.push(...measureForwards('UST_BEI', compensation, undefined, FIVE_YEAR_FORWARD));
  return { points, metrics: cite(inputs, measures) };
}

/** Carry and roll-down on continuous rates, forwards on effective ones, DV01 on those quoted. */
function measureZeros(zeros: readonly Point[], at: Lookup): Measure[] {
  const knots = zeros.flatMap(({ calendarDays, value }) => {
    const y = value === null ? null : convertBeyToContinuous(value);
    return y === null ? [] : [{ x: calendarDays, y }];
  });
  return [
    ...measureCarry('UST_NOM_ZERO', knots),
    ...measureForwards('UST_NOM_ZERO', at, convertBeyToEffective),
    ...measureDv01('UST_NOM_ZERO', at, DV01_TENORS.nominal, computeDv01SemiAnnual),
  ];
}

function fitZeros(curveId: CurveId, zeros: readonly Point[], inputs: string, cache: FitCache): Fit[] {
  const knots = zeros.flatMap(({ tenor, value }) =>
    value === null ? [] : [{ x: yearsOfTenor(tenor), y: value }],
  );
  return fitCurve(curveId, ['ns', 'nss'], { knots, inputs }, cache);
}

/** All US curves of a date from what is known of its par yields. `cache` saves factorizations between dates. */
export function buildTreasury(
  points: readonly StoredCurvePoint[],
  cache: FitCache = createFitCache(),
): CurveSet {
  const nominal = buildPar(points, 'UST_NOM', ['ns', 'nss'], cache);
  const real = buildPar(points, 'UST_REAL', ['ns'], cache);
  const zeros = nominal === null ? [] : buildZeros('UST_NOM_ZERO', nominal, false);
  const realZeros = real === null ? [] : buildZeros('UST_REAL_ZERO', real, true);
  const at = { nominal: lookUp(zeros, 'UST_NOM_ZERO'), real: lookUp(realZeros, 'UST_REAL_ZERO') };
  const breakeven =
    nominal === null || real === null ? { points: [], metrics: [] } : buildBreakeven(nominal, real, at);
  const metrics = [...breakeven.metrics];
  const fits = [...(nominal?.fits ?? []), ...(real?.fits ?? [])];
  if (nominal !== null) {
    const { source } = nominal;
    const published = lookUp(observe('UST_NOM', 'par_rate', source), 'UST_NOM');
    metrics.push(...cite(source.inputs, measureShape('UST_NOM', published, '2Y')));
    metrics.push(...cite(source.inputs, measureZeros(zeros, at.nominal)));
    fits.push(...fitZeros('UST_NOM_ZERO', zeros, source.inputs, cache));
  }
  if (real !== null) {
    const forward = measureForwards('UST_REAL_ZERO', at.real, convertBeyToEffective, FIVE_YEAR_FORWARD);
    const dv01 = measureDv01('UST_REAL_ZERO', at.real, DV01_TENORS.real, computeDv01SemiAnnual);
    metrics.push(...cite(real.source.inputs, [...forward, ...dv01]));
  }
  return {
    points: [
      ...(nominal?.points ?? []),
      ...(real?.points ?? []),
      ...zeros,
      ...realZeros,
      ...breakeven.points,
    ],
    fits,
    metrics,
  };
}
