import { getCalendar } from '../../../shared/calendars/calendars.ts';
import type { StoredCurvePoint } from '../../../shared/db/reader.ts';
import {
  interpolateFlatForward,
  interpolateLinear,
  type InterpolationMethod,
  type Knot,
} from '../../../shared/numeric/interpolation.ts';
import { createFitCache } from '../../../shared/numeric/nelson-siegel-fit.ts';
import {
  BUSINESS_DAYS_PER_YEAR,
  computeBreakevenFisher,
  computeBreakevenSimple,
  computeDv01Annual,
} from '../../../shared/numeric/rates.ts';
import type { CurveId } from '../../../shared/silver/curve-conventions.ts';
import { addDays } from '../../../shared/time.ts';
import {
  cite,
  measure,
  NO_SOURCE,
  observe,
  OUTSIDE_REACH,
  type CurveSet,
  type Fit,
  type Flag,
  type Measure,
  type Metric,
  type Point,
} from './curve-set.ts';
import { fitCurve, listFitFlags, recallFits, type FitMemory } from './fit.ts';
import {
  FIVE_YEAR_FORWARD,
  lookUp,
  measureCarry,
  measureDv01,
  measureForwards,
  measureShape,
  type Lookup,
} from './shape.ts';
import { keepBusinessDays, pickSource, type Source, type ValueKind } from './vertex.ts';

/** Curves that B3 and the Tesouro feed, and the breakeven between two of them. */
export const BRAZIL_CURVES = [
  'DI_PRE',
  'DI_IPCA',
  'CUPOM_CAMBIAL',
  'USDBRL_FWD',
  'NTN_B_REAL',
  'BR_BEI',
] as const satisfies readonly CurveId[];

const DV01_TENORS = [1, 2, 5, 10];

type BusinessTenor = readonly [tenor: string, businessDays: number, calendarDays: number];

/** Standard tenors of the BUS/252 curves; calendar days are nominal. */
const BUSINESS_TENORS: readonly BusinessTenor[] = [
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

/** Inflation-linked bonds start at some years and run for decades. */
const BOND_TENORS: readonly BusinessTenor[] = [
  ...BUSINESS_TENORS.filter(([, businessDays]) => businessDays >= BUSINESS_DAYS_PER_YEAR),
  ['15Y', 3780, 5475],
  ['20Y', 5040, 7300],
  ['30Y', 7560, 10950],
];

/** Standard tenors of the money-market curves, years of 360 calendar days. */
const CALENDAR_TENORS: readonly (readonly [tenor: string, calendarDays: number])[] = [
  ['3M', 90],
  ['6M', 180],
  ['1Y', 360],
  ['2Y', 720],
  ['3Y', 1080],
];

/** How a zero curve is made: reference pages win over futures, `NTN_B_REAL` is of zero-coupon bonds alone. */
interface RateCurve {
  readonly curveId: CurveId;
  readonly keys: readonly string[];
  readonly valueKind: ValueKind;
  readonly tenors: readonly BusinessTenor[];
  readonly models: readonly Fit['model'][];
}

const DI_PRE: RateCurve = {
  curveId: 'DI_PRE',
  keys: ['PRE', 'DI1'],
  valueKind: 'zero_rate',
  tenors: BUSINESS_TENORS,
  models: ['ns', 'nss'],
};
const DI_IPCA: RateCurve = { ...DI_PRE, curveId: 'DI_IPCA', keys: ['DIC', 'DAP'], models: ['ns'] };
const NTN_B_REAL: RateCurve = {
  curveId: 'NTN_B_REAL',
  keys: ['TESOURO'],
  valueKind: 'yield',
  tenors: BOND_TENORS,
  models: ['ns'],
};

/** A zero curve with its points, observed and standard, and its fits. */
interface BuiltCurve {
  readonly source: Source;
  readonly points: readonly Point[];
  readonly fits: readonly Fit[];
  readonly at: Lookup;
}

/** Flags of an interpolated point: those of its curve, and whether it lies beyond the observed tenors. */
function listFlags(
  found: { readonly method: InterpolationMethod } | null,
  own: readonly Flag[] = [],
): Flag[] {
  return found?.method === 'flat' ? ['flat', ...own] : [...own];
}

/** A zero curve on its standard business-day tenors, flat-forward; null when there is nothing to make it of. */
function buildRateCurve(
  points: readonly StoredCurvePoint[],
  { curveId, keys, valueKind, tenors, models }: RateCurve,
  memory: FitMemory,
): BuiltCurve | null {
  const source = pickSource(points, curveId, keys);
  if (source === null) return null;
  const { inputs } = source;
  const usable = keepBusinessDays(source.vertices);
  const knots: Knot[] = usable.map(({ businessDays, value }) => ({ x: businessDays, y: value }));
  const data = { knots: knots.map(({ x, y }) => ({ x: x / BUSINESS_DAYS_PER_YEAR, y })), inputs };
  // The business days to the vertices are others on every date: factorizations serve one curve only.
  const fits = recallFits(memory, curveId, data, () => fitCurve(curveId, models, data, createFitCache()));
  const standard = tenors.map(([tenor, businessDays, calendarDays]): Point => {
    const found = interpolateFlatForward(knots, businessDays);
    return {
      curveId,
      tenor,
      calendarDays,
      businessDays,
      value: found?.y ?? null,
      valueKind,
      method: found?.method ?? 'flat_forward',
      flags: found === null ? [] : listFlags(found, listFitFlags(fits)),
      reason: found === null ? OUTSIDE_REACH : null,
      inputs,
    };
  });
  const all = [...observe(curveId, valueKind, source), ...standard];
  return { source, points: all, fits, at: lookUp(all, curveId) };
}

/** Standard calendar-day tenors of a curve, interpolated by `interpolate`. */
function buildCalendarTenors(
  curveId: CurveId,
  { date, inputs }: Source,
  valueKind: ValueKind,
  interpolate: (days: number) => Pick<Point, 'value' | 'method' | 'flags'> | null,
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
      flags: found?.flags ?? [],
      reason: found === null ? OUTSIDE_REACH : null,
      inputs,
    };
  });
}

/**
 * Cupom cambial, linear 360. From the clean reference curve DOC as a spot rate, else from FRC quotes as they are: they
 * run from the first DDI maturity, and the leg up to it is not compounded because the DDI price is dirty.
 */
function buildCupom(points: readonly StoredCurvePoint[]): Point[] {
  const source = pickSource(points, 'CUPOM_CAMBIAL', ['DOC', 'FRC']);
  if (source === null) return [];
  const knots = source.vertices.map(({ calendarDays, value }) => ({ x: calendarDays, y: value }));
  const standard = buildCalendarTenors('CUPOM_CAMBIAL', source, 'linear360', (days) => {
    const found = interpolateLinear(knots, days);
    if (found === null) return null;
    return { value: found.y, method: source.key === 'FRC' ? 'frc' : found.method, flags: listFlags(found) };
  });
  return [...observe('CUPOM_CAMBIAL', 'linear360', source), ...standard];
}

/** Forward dollar, BRL per USD, log-linear between DOL contracts. */
function buildForwardDollar(points: readonly StoredCurvePoint[]): Point[] {
  const source = pickSource(points, 'USDBRL_FWD', ['DOL']);
  if (source === null) return [];
  const knots = source.vertices.map(({ calendarDays, value }) => ({ x: calendarDays, y: Math.log(value) }));
  const standard = buildCalendarTenors('USDBRL_FWD', source, 'forward_price', (days) => {
    const found = interpolateLinear(knots, days);
    // A price held flat beyond the last contract is no forward.
    if (found === null || found.method === 'flat') return null;
    return { value: Math.exp(found.y), method: 'log_linear', flags: [] };
  });
  return [...observe('USDBRL_FWD', 'forward_price', source), ...standard];
}

function findPoint({ points }: BuiltCurve, tenor: string): Point | undefined {
  return points.find((point) => point.tenor === tenor && point.method !== 'observed');
}

/** Breakeven inflation on the standard tenors where both curves have a value. */
function buildBreakeven(nominal: BuiltCurve, real: BuiltCurve): { points: Point[]; metrics: Metric[] } {
  const inputs = `${nominal.source.inputs}, ${real.source.inputs}`;
  const points: Point[] = [];
  const simple: Measure[] = [];
  for (const [tenor, businessDays, calendarDays] of BUSINESS_TENORS) {
    const legs = [findPoint(nominal, tenor), findPoint(real, tenor)];
    const [n, r] = legs.map((leg) => leg?.value ?? null) as [number | null, number | null];
    const missing = [n === null ? 'DI_PRE' : '', r === null ? 'DI_IPCA' : ''].filter((name) => name !== '');
    const reason = missing.length === 0 ? null : `${NO_SOURCE}: ${missing.join(', ')}`;
    const isKnown = n !== null && r !== null;
    points.push({
      curveId: 'BR_BEI',
      tenor,
      calendarDays,
      businessDays,
      value: isKnown ? computeBreakevenFisher(n, r) : null,
      valueKind: 'breakeven',
      method: 'fisher',
      flags: isKnown ? [...new Set(legs.flatMap((leg) => leg?.flags ?? []))].toSorted() : [],
      reason,
      inputs,
    });
    const difference = isKnown ? computeBreakevenSimple(n, r) : null;
    simple.push(measure('BR_BEI', `bei_simple_${tenor.toLowerCase()}`, difference, 'decimal', reason ?? ''));
  }
  // The forward of Fisher breakevens is the Fisher breakeven of the forwards.
  const forward = measureForwards('BR_BEI', lookUp(points, 'BR_BEI'), undefined, FIVE_YEAR_FORWARD);
  return { points, metrics: cite(inputs, [...simple, ...forward]) };
}

function measureNominal({ source, at }: BuiltCurve): Metric[] {
  const knots = BUSINESS_TENORS.flatMap(([tenor, , x]) => {
    const y = at(tenor);
    return y === null ? [] : [{ x, y }];
  });
  return cite(source.inputs, [
    ...measureShape('DI_PRE', at, '1Y'),
    ...measureCarry('DI_PRE', knots),
    ...measureForwards('DI_PRE', at),
    ...measureDv01('DI_PRE', at, DV01_TENORS, computeDv01Annual),
  ]);
}

function measureReal({ source, at }: BuiltCurve): Metric[] {
  return cite(source.inputs, [
    ...measureShape('DI_IPCA', at, '1Y'),
    ...measureForwards('DI_IPCA', at),
    ...measureDv01('DI_IPCA', at, DV01_TENORS, computeDv01Annual),
  ]);
}

function measureBonds({ source, at }: BuiltCurve): Metric[] {
  return cite(source.inputs, [
    ...measureForwards('NTN_B_REAL', at, undefined, FIVE_YEAR_FORWARD),
    ...measureDv01('NTN_B_REAL', at, DV01_TENORS, computeDv01Annual),
  ]);
}

/** All Brazilian curves of a date from what is known of its source points. `memory` saves fits between moments. */
export function buildBrazil(points: readonly StoredCurvePoint[], memory: FitMemory = new Map()): CurveSet {
  const nominal = buildRateCurve(points, DI_PRE, memory);
  const real = buildRateCurve(points, DI_IPCA, memory);
  const bonds = buildRateCurve(points, NTN_B_REAL, memory);
  const breakeven =
    nominal === null || real === null ? { points: [], metrics: [] } : buildBreakeven(nominal, real);
  return {
    points: [
      ...(nominal?.points ?? []),
      ...(real?.points ?? []),
      ...breakeven.points,
      ...buildCupom(points),
      ...buildForwardDollar(points),
      ...(bonds?.points ?? []),
    ],
    fits: [...(nominal?.fits ?? []), ...(real?.fits ?? []), ...(bonds?.fits ?? [])],
    metrics: [
      ...breakeven.metrics,
      ...(nominal === null ? [] : measureNominal(nominal)),
      ...(real === null ? [] : measureReal(real)),
      ...(bonds === null ? [] : measureBonds(bonds)),
    ],
  };
}
