import { minimizeGolden } from './golden-section.ts';
import { computeLoadings } from './nelson-siegel.ts';
import { computeGramCondition, computeSsr, factorizeThin, solveThin, type ThinQr } from './thin-qr.ts';

/** Unit of the fitted rates: decimal fractions (0.05) or percent (5). */
export type RateUnit = 'decimal' | 'percent';

/**
 * `ok`; `degenerate`: β2 was dropped because the tenors cannot tell it apart (still usable);
 * `rejected`: RMSE above the accept threshold, interpolate instead.
 */
export type FitStatus = 'ok' | 'degenerate' | 'rejected';

/** Betas in the unit of the rates, lambdas in years, `condition` = cond(X'X) of the columns kept. */
export type CurveFit = {
  model: 'ns' | 'nss';
  b0: number;
  b1: number;
  b2: number;
  b3: number | null;
  l1: number;
  l2: number | null;
  rmseBp: number;
  n: number;
  condition: number;
  degenerate: boolean;
  status: FitStatus;
};

export type FitOptions = {
  /** @default 'decimal' */
  unit?: RateUnit;
  /** Largest accepted RMSE in basis points: 10 for UST, 25 for Brazil. @default Infinity */
  maxRmseBp?: number;
  /** Grid factorizations kept between fits on the same tenors; the result is the same with or without. */
  cache?: FitCache;
};

/** Grid factorizations by model and tenor set; the oldest set leaves when `maxSets` is reached. */
export type FitCache = { maxSets: number; sets: Map<string, Grid> };

type GridPoint = { l1: number; l2: number | null; qr: ThinQr | null };
type Grid = readonly GridPoint[];
type Loadings = { readonly slope: Float64Array; readonly curvature: Float64Array };
type Candidate = { l1: number; l2: number | null; ssr: number };

const LAMBDA_MIN = 0.1;
const LAMBDA_MAX = 10;
const NS_GRID_SIZE = 200;
const NSS_GRID_SIZE = 40;
const NSS_LAMBDA_RATIO = 1.5;
const NS_MIN_TENORS = 4;
const NSS_MIN_TENORS = 7;
const MIN_SPAN_YEARS = 1;
const MAX_CONDITION = 1e7;
const FLAT_TOLERANCE = 1e-12;
const NS_TOLERANCE = 1e-10;
const NSS_TOLERANCE = 1e-6;
const NSS_SWEEPS = 2;
const NS_LAMBDAS = buildLogGrid(NS_GRID_SIZE);
const NSS_LAMBDAS = buildLogGrid(NSS_GRID_SIZE);
const BP_PER_UNIT: Record<RateUnit, number> = { decimal: 1e4, percent: 1e2 };

/** An empty cache for `fitNelsonSiegel` and `fitSvensson`. */
export function createFitCache(maxSets = 16): FitCache {
  return { maxSets, sets: new Map() };
}

/**
 * Nelson–Siegel fit by least squares: QR for the betas at 200 lambdas on a log grid of 0.1…10 years, least
 * SSR (ties: the smaller lambda), then golden section on ln λ to 1e-10. When cond(X'X) > 1e7 at the optimum
 * the fit is repeated without β2. Rates all equal within 1e-12 need no search: λ = 1, β = (mean, 0, 0).
 *
 * Returns null with fewer than four distinct tenors, a span under one year, a tenor below zero or a value
 * that is not finite.
 *
 * @param tenors years
 */
export function fitNelsonSiegel(
  tenors: readonly number[],
  rates: readonly number[],
  options: FitOptions = {},
): CurveFit | null {
  if (!isFittable(tenors, rates, NS_MIN_TENORS)) return null;
  if (isFlat(rates)) return describeFlat('ns', tenors, rates, options);
  const best = searchOneLambda(tenors, rates, 3, options.cache);
  if (best === null) return null;
  const fit = describeFit('ns', tenors, rates, best, 3, options);
  if (fit !== null && fit.condition <= MAX_CONDITION) return fit;
  const reduced = searchOneLambda(tenors, rates, 2, options.cache);
  return reduced && describeFit('ns', tenors, rates, reduced, 2, options);
}

/**
 * Nelson–Siegel–Svensson fit: the best of the pairs with λ2 ≥ 1.5·λ1 on a 40 × 40 log grid of 0.1…10 years
 * (ties: smaller λ1, then smaller λ2), refined by two alternating golden-section sweeps that keep the
 * ratio. With cond(X'X) > 1e7 the second hump is dropped: the Nelson–Siegel fit is returned, flagged
 * `degenerate`.
 *
 * Returns null with fewer than seven distinct tenors, a span under one year or a value that is not finite.
 *
 * @param tenors years
 */
export function fitSvensson(
  tenors: readonly number[],
  rates: readonly number[],
  options: FitOptions = {},
): CurveFit | null {
  if (!isFittable(tenors, rates, NSS_MIN_TENORS)) return null;
  if (isFlat(rates)) return describeFlat('nss', tenors, rates, options);
  const best = searchTwoLambdas(tenors, rates, options.cache);
  const fit = best && describeFit('nss', tenors, rates, best, 4, options);
  if (fit !== null && fit.condition <= MAX_CONDITION) return fit;
  const simple = fitNelsonSiegel(tenors, rates, options);
  return simple && withStatus({ ...simple, degenerate: true }, options);
}

function isFittable(tenors: readonly number[], rates: readonly number[], minTenors: number): boolean {
  if (tenors.length !== rates.length) return false;
  if (!tenors.every((tau) => Number.isFinite(tau) && tau >= 0) || !rates.every(Number.isFinite)) return false;
  return new Set(tenors).size >= minTenors && Math.max(...tenors) - Math.min(...tenors) >= MIN_SPAN_YEARS;
}

function isFlat(rates: readonly number[]): boolean {
  return Math.max(...rates) - Math.min(...rates) <= FLAT_TOLERANCE;
}

function searchOneLambda(
  tenors: readonly number[],
  rates: readonly number[],
  k: 2 | 3,
  cache: FitCache | undefined,
): Candidate | null {
  const grid = readGrid(`ns${k}`, tenors, cache, () =>
    NS_LAMBDAS.map((l1) => ({ l1, l2: null, qr: factorizeLoadings(tenors, l1, null, k) })),
  );
  const scratch = new Float64Array(tenors.length);
  const best = findLeast(grid, rates, scratch);
  if (best === null) return null;
  const at = NS_LAMBDAS.indexOf(best.l1);
  const evaluate = (lnLambda: number): number => {
    const qr = factorizeLoadings(tenors, Math.exp(lnLambda), null, k);
    return qr === null ? Infinity : computeSsr(qr, rates, scratch);
  };
  const refined = minimizeGolden(
    evaluate,
    Math.log(NS_LAMBDAS[Math.max(0, at - 1)]!),
    Math.log(NS_LAMBDAS[Math.min(NS_GRID_SIZE - 1, at + 1)]!),
    NS_TOLERANCE,
  );
  return refined.value < best.ssr ? { l1: Math.exp(refined.x), l2: null, ssr: refined.value } : best;
}

function searchTwoLambdas(
  tenors: readonly number[],
  rates: readonly number[],
  cache: FitCache | undefined,
): Candidate | null {
  const grid = readGrid('nss', tenors, cache, () => factorizePairs(tenors));
  const scratch = new Float64Array(tenors.length);
  let best = findLeast(grid, rates, scratch);
  const step = Math.log(LAMBDA_MAX / LAMBDA_MIN) / (NSS_GRID_SIZE - 1);
  for (let sweep = 0; best !== null && sweep < NSS_SWEEPS; sweep++) {
    best = refineLambda(best, 'l1', step, tenors, rates, scratch);
    best = refineLambda(best, 'l2', step, tenors, rates, scratch);
  }
  return best;
}

function refineLambda(
  from: Candidate,
  which: 'l1' | 'l2',
  step: number,
  tenors: readonly number[],
  rates: readonly number[],
  scratch: Float64Array,
): Candidate {
  const l2 = from.l2!;
  const center = Math.log(which === 'l1' ? from.l1 : l2);
  const floor = Math.log(which === 'l1' ? LAMBDA_MIN : Math.max(LAMBDA_MIN, NSS_LAMBDA_RATIO * from.l1));
  const ceiling = Math.log(which === 'l1' ? Math.min(LAMBDA_MAX, l2 / NSS_LAMBDA_RATIO) : LAMBDA_MAX);
  const place = (x: number) => (which === 'l1' ? { l1: Math.exp(x), l2 } : { l1: from.l1, l2: Math.exp(x) });
  const fixed = listLoadings(tenors, which === 'l1' ? l2 : from.l1);
  const evaluate = (x: number): number => {
    const moving = listLoadings(tenors, Math.exp(x));
    const qr = which === 'l1' ? factorizeColumns(moving, fixed, 4) : factorizeColumns(fixed, moving, 4);
    return qr === null ? Infinity : computeSsr(qr, rates, scratch);
  };
  const found = minimizeGolden(
    evaluate,
    Math.max(floor, center - step),
    Math.min(ceiling, center + step),
    NSS_TOLERANCE,
  );
  return found.value < from.ssr ? { ...place(found.x), ssr: found.value } : from;
}

function findLeast(grid: Grid, rates: readonly number[], scratch: Float64Array): Candidate | null {
  let best: Candidate | null = null;
  for (const { l1, l2, qr } of grid) {
    if (qr === null) continue;
    const ssr = computeSsr(qr, rates, scratch);
    if (best === null || ssr < best.ssr) best = { l1, l2, ssr };
  }
  return best;
}

/** All pairs of the grid; the loadings of a lambda are computed once, not once for each of its pairs. */
function factorizePairs(tenors: readonly number[]): Grid {
  const listed = NSS_LAMBDAS.map((lambda) => ({ lambda, loadings: listLoadings(tenors, lambda) }));
  return listed.flatMap((first) =>
    listed
      .filter(({ lambda }) => lambda >= NSS_LAMBDA_RATIO * first.lambda)
      .map((second) => ({
        l1: first.lambda,
        l2: second.lambda,
        qr: factorizeColumns(first.loadings, second.loadings, 4),
      })),
  );
}

function factorizeLoadings(
  tenors: readonly number[],
  l1: number,
  l2: number | null,
  k: number,
): ThinQr | null {
  return factorizeColumns(listLoadings(tenors, l1), l2 === null ? null : listLoadings(tenors, l2), k);
}

function listLoadings(tenors: readonly number[], lambda: number): Loadings {
  const n = tenors.length;
  const slope = new Float64Array(n);
  const curvature = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const at = computeLoadings(tenors[i]! / lambda);
    slope[i] = at.slope;
    curvature[i] = at.curvature;
  }
  return { slope, curvature };
}

function factorizeColumns(first: Loadings, second: Loadings | null, k: number): ThinQr | null {
  const n = first.slope.length;
  const columns = new Float64Array(n * k);
  columns.fill(1, 0, n);
  columns.set(first.slope, n);
  if (k > 2) columns.set(first.curvature, 2 * n);
  if (k > 3) columns.set(second!.curvature, 3 * n);
  return factorizeThin(columns, n, k);
}

function describeFit(
  model: 'ns' | 'nss',
  tenors: readonly number[],
  rates: readonly number[],
  { l1, l2 }: Candidate,
  k: number,
  options: FitOptions,
): CurveFit | null {
  const qr = factorizeLoadings(tenors, l1, l2, k);
  if (qr === null) return null;
  const [b0, b1, b2, b3] = solveThin(qr, rates);
  const ssr = computeSsr(qr, rates, new Float64Array(rates.length));
  const fit = {
    model,
    b0: b0!,
    b1: b1!,
    b2: b2 ?? 0,
    b3: b3 ?? null,
    l1,
    l2,
    rmseBp: Math.sqrt(ssr / rates.length) * BP_PER_UNIT[options.unit ?? 'decimal'],
    n: rates.length,
    condition: computeGramCondition(qr),
    degenerate: k === 2,
  };
  return withStatus(fit, options);
}

function describeFlat(
  model: 'ns' | 'nss',
  tenors: readonly number[],
  rates: readonly number[],
  options: FitOptions,
): CurveFit | null {
  const mean = rates.reduce((sum, rate) => sum + (rate - rates[0]!), 0) / rates.length + rates[0]!;
  const l2 = model === 'nss' ? NSS_LAMBDA_RATIO : null;
  const fit = describeFit(model, tenors, rates, { l1: 1, l2, ssr: 0 }, model === 'nss' ? 4 : 3, options);
  return fit && withStatus({ ...fit, b0: mean, b1: 0, b2: 0, b3: l2 && 0 }, options);
}

function withStatus(fit: Omit<CurveFit, 'status'>, { maxRmseBp = Infinity }: FitOptions): CurveFit {
  const status = fit.rmseBp > maxRmseBp ? 'rejected' : fit.degenerate ? 'degenerate' : 'ok';
  return { ...fit, status };
}

function readGrid(
  model: string,
  tenors: readonly number[],
  cache: FitCache | undefined,
  build: () => Grid,
): Grid {
  if (cache === undefined) return build();
  const key = `${model}|${tenors.join(',')}`;
  const known = cache.sets.get(key);
  if (known !== undefined) return known;
  const grid = build();
  const oldest = cache.sets.keys().next().value;
  if (cache.sets.size >= cache.maxSets && oldest !== undefined) cache.sets.delete(oldest);
  cache.sets.set(key, grid);
  return grid;
}

function buildLogGrid(size: number): number[] {
  const step = Math.log(LAMBDA_MAX / LAMBDA_MIN) / (size - 1);
  return Array.from({ length: size }, (_, i) => LAMBDA_MIN * Math.exp(i * step));
}
