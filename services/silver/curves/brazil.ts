import { getCalendar } from '../../../shared/calendars/calendars.ts';
import type { StoredCurvePoint } from '../../../shared/db/reader.ts';
import {
  interpolateFlatForward,
  interpolateLinear,
  type Knot,
} from '../../../shared/numeric/interpolation.ts';
import { createFitCache, fitNelsonSiegel } from '../../../shared/numeric/nelson-siegel-fit.ts';
import {
  BUSINESS_DAYS_PER_YEAR,
  computeBreakevenFisher,
  computeBreakevenSimple,
} from '../../../shared/numeric/rates.ts';
import { addDays, type Day } from '../../../shared/time.ts';
import {
  measure,
  NO_SOURCE,
  observe,
  OUTSIDE_REACH,
  type CurveSet,
  type Fit,
  type Metric,
  type Point,
} from './curve-set.ts';
import { lookUp, measureCarry, measureForwards, measureShape } from './shape.ts';
import { keepBusinessDays, listVertices, pickSource, type Vertex } from './vertex.ts';

/** Curves that B3 and the Tesouro feed, and the breakeven between two of them. */
export const BRAZIL_CURVES = [
  'DI_PRE',
  'DI_IPCA',
  'CUPOM_CAMBIAL',
  'USDBRL_FWD',
  'NTN_B_REAL',
  'BR_BEI',
] as const;

/** Largest accepted error of a fit of a Brazilian curve, basis points. */
const MAX_RMSE_BP = 25;
const MAX_TENOR_SETS = 4;

/** Standard tenors of the BUS/252 curves; calendar days are nominal. */
const BUSINESS_TENORS: readonly (readonly [tenor: string, businessDays: number, calendarDays: number])[] = [
  ['1M', 21, 30],
  ['3M', 63, 91],
  ['6M', 126, 183],
  ['1Y', 252, 365],
  ['18M', 378, 548],
  ['2Y', 504, 730],
  ['3Y', 756, 1095],
  ['5Y', 1260, 1825],
  ['7Y', 1764, 2555],
  ['10Y', 2520, 3650],
];

/** Standard tenors of the money-market curves, years of 360 calendar days. */
const CALENDAR_TENORS: readonly (readonly [tenor: string, calendarDays: number])[] = [
  ['3M', 90],
  ['6M', 180],
  ['1Y', 360],
  ['2Y', 720],
  ['3Y', 1080],
];

/** Reference pages win over futures. */
const SOURCES = {
  DI_PRE: ['PRE', 'DI1'],
  DI_IPCA: ['DIC', 'DAP'],
} as const;

type RateCurve = keyof typeof SOURCES;

/** A zero curve on the standard business-day tenors, flat-forward; empty when there is nothing to make it of. */
function buildRateCurve(
  points: readonly StoredCurvePoint[],
  curveId: RateCurve,
): { points: Point[]; vertices: readonly Vertex[] } {
  const source = pickSource(points, curveId, SOURCES[curveId]);
  if (source === null) return { points: [], vertices: [] };
  const knots: Knot[] = keepBusinessDays(source.vertices).map(({ businessDays, value }) => ({
    x: businessDays,
    y: value,
  }));
  const standard = BUSINESS_TENORS.map(([tenor, businessDays, calendarDays]): Point => {
    const found = interpolateFlatForward(knots, businessDays);
    return {
      curveId,
      tenor,
      calendarDays,
      businessDays,
      value: found?.y ?? null,
      valueKind: 'zero_rate',
      method: found?.method ?? 'flat_forward',
      reason: found === null ? OUTSIDE_REACH : null,
    };
  });
  return {
    points: [...observe(curveId, 'zero_rate', source.vertices), ...standard],
    vertices: source.vertices,
  };
}

/** Standard calendar-day tenors of a curve, interpolated by `interpolate`. */
function buildCalendarTenors(
  curveId: string,
  date: Day,
  valueKind: Point['valueKind'],
  interpolate: (days: number) => { readonly value: number; readonly method: Point['method'] } | null,
): Point[] {
  const calendar = getCalendar('BR_ANBIMA', date);
  return CALENDAR_TENORS.map(([tenor, calendarDays]): Point => {
    const found = interpolate(calendarDays);
    return {
      curveId,
      tenor,
      calendarDays,
      businessDays: calendar.count(date, addDays(date, calendarDays)),
      value: found?.value ?? null,
      valueKind,
      method: found?.method ?? 'linear',
      reason: found === null ? OUTSIDE_REACH : null,
    };
  });
}

/**
 * Cupom cambial, linear 360. From the clean reference curve DOC as a spot rate, else from FRC quotes as they are: they
 * run from the first DDI maturity, and the leg up to it is not compounded because the DDI price is dirty.
 */
function buildCupom(points: readonly StoredCurvePoint[], date: Day): Point[] {
  const source = pickSource(points, 'CUPOM_CAMBIAL', ['DOC', 'FRC']);
  if (source === null) return [];
  const knots = source.vertices.map(({ calendarDays, value }) => ({ x: calendarDays, y: value }));
  const standard = buildCalendarTenors('CUPOM_CAMBIAL', date, 'linear360', (days) => {
    const found = interpolateLinear(knots, days);
    return found && { value: found.y, method: source.key === 'FRC' ? 'frc' : found.method };
  });
  return [...observe('CUPOM_CAMBIAL', 'linear360', source.vertices), ...standard];
}

/** Forward dollar, BRL per USD, log-linear between DOL contracts. */
function buildForwardDollar(points: readonly StoredCurvePoint[], date: Day): Point[] {
  const vertices = listVertices(points, 'USDBRL_FWD', 'DOL');
  if (vertices.length === 0) return [];
  const knots = vertices.map(({ calendarDays, value }) => ({ x: calendarDays, y: Math.log(value) }));
  const standard = buildCalendarTenors('USDBRL_FWD', date, 'forward_price', (days) => {
    const found = interpolateLinear(knots, days);
    // A price held flat beyond the last contract is no forward.
    if (found === null || found.method === 'flat') return null;
    return { value: Math.exp(found.y), method: 'log_linear' };
  });
  return [...observe('USDBRL_FWD', 'forward_price', vertices), ...standard];
}

/** Breakeven inflation on the standard tenors where both curves have a value. */
function buildBreakeven(points: readonly Point[]): { points: Point[]; metrics: Metric[] } {
  const nominal = lookUp(points, 'DI_PRE');
  const real = lookUp(points, 'DI_IPCA');
  const built: Point[] = [];
  const metrics: Metric[] = [];
  for (const [tenor, businessDays, calendarDays] of BUSINESS_TENORS) {
    const [n, r] = [nominal(tenor), real(tenor)];
    const missing = [n === null ? 'DI_PRE' : '', r === null ? 'DI_IPCA' : ''].filter((name) => name !== '');
    const reason = missing.length === 0 ? null : `${NO_SOURCE}: ${missing.join(', ')}`;
    const value = n === null || r === null ? null : computeBreakevenFisher(n, r);
    const base = { curveId: 'BR_BEI', tenor, calendarDays, businessDays } as const;
    built.push({ ...base, value, valueKind: 'breakeven', method: 'fisher', reason });
    const simple = n === null || r === null ? null : computeBreakevenSimple(n, r);
    metrics.push(measure('BR_BEI', `bei_simple_${tenor.toLowerCase()}`, simple, 'decimal', reason ?? ''));
  }
  return { points: built, metrics };
}

function fitDiPre(vertices: readonly Vertex[], cache = createFitCache(MAX_TENOR_SETS)): Fit[] {
  const usable = keepBusinessDays(vertices);
  if (usable.length === 0) return [];
  const years = usable.map(({ businessDays }) => businessDays / BUSINESS_DAYS_PER_YEAR);
  const fit = fitNelsonSiegel(
    years,
    usable.map(({ value }) => value),
    { maxRmseBp: MAX_RMSE_BP, cache },
  );
  return [{ curveId: 'DI_PRE', model: 'ns', fit, points: usable.length }];
}

/** All Brazilian curves of a date from what is known of its source points. */
export function buildBrazil(points: readonly StoredCurvePoint[], date: Day): CurveSet {
  const nominal = buildRateCurve(points, 'DI_PRE');
  const real = buildRateCurve(points, 'DI_IPCA');
  const rates = [...nominal.points, ...real.points];
  const hasBoth = nominal.points.length > 0 && real.points.length > 0;
  const breakeven = hasBoth ? buildBreakeven(rates) : { points: [], metrics: [] };
  const bonds = listVertices(points, 'NTN_B_REAL', 'TESOURO');
  const metrics = [...breakeven.metrics];
  if (nominal.points.length > 0) {
    const at = lookUp(rates, 'DI_PRE');
    const knots = BUSINESS_TENORS.flatMap(([tenor, , x]) => {
      const y = at(tenor);
      return y === null ? [] : [{ x, y }];
    });
    metrics.push(...measureShape('DI_PRE', at, '1Y'), ...measureCarry('DI_PRE', knots));
    metrics.push(...measureForwards('DI_PRE', at, (rate) => rate));
  }
  if (real.points.length > 0) metrics.push(...measureShape('DI_IPCA', lookUp(rates, 'DI_IPCA'), '1Y'));
  return {
    points: [
      ...rates,
      ...breakeven.points,
      ...buildCupom(points, date),
      ...buildForwardDollar(points, date),
      ...observe('NTN_B_REAL', 'yield', bonds),
    ],
    fits: fitDiPre(nominal.vertices),
    metrics,
  };
}
