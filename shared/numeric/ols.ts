import { Matrix, QrDecomposition } from 'ml-matrix';
import { computeMean, computeStd } from './series.ts';
import { computeSingularValues } from './thin-qr.ts';

/**
 * An ordinary least squares fit. With an intercept it is the first coefficient. `hacSe` is present when lags were
 * asked for. `condition` is that of the design as given; see `computeStandardizedCondition` for one without units.
 */
export type OlsFit = {
  coefficients: number[];
  se: number[];
  hacSe: number[] | null;
  r2: number;
  adjR2: number;
  /** Residual standard deviation, `√(SSR/(n − k))`, unit of y. */
  sigma: number;
  ssr: number;
  residuals: number[];
  fitted: number[];
  n: number;
  k: number;
  condition: number;
};

export type OlsOptions = {
  /** @default true */
  intercept?: boolean;
  /** Lags of the Newey–West covariance (Bartlett weights, no small-sample correction). @default none */
  hacLags?: number;
};

/** A diagonal of R below this share of its column's length: the column depends on the others. */
const RANK_TOLERANCE = 1e-12;

/**
 * Least squares of `y` on the columns of `rows` by QR (never normal equations).
 *
 * Returns null when a value is not finite, when there are no more rows than coefficients, when the columns are
 * linearly dependent, or when `y` is constant with an intercept (R² undefined).
 */
export function fitOls(
  rows: readonly (readonly number[])[],
  y: readonly number[],
  { intercept = true, hacLags }: OlsOptions = {},
): OlsFit | null {
  const n = y.length;
  const k = (rows[0]?.length ?? 0) + (intercept ? 1 : 0);
  if (rows.length !== n || n <= k || k === 0) return null;
  if (!y.every(Number.isFinite) || !rows.every((row) => row.every(Number.isFinite))) return null;
  const design = new Matrix(rows.map((row) => (intercept ? [1, ...row] : [...row])));
  const qr = new QrDecomposition(design);
  const upper = qr.upperTriangularMatrix;
  if (!isFullRank(design, upper)) return null;
  const coefficients = qr.solve(Matrix.columnVector([...y])).to1DArray();
  const fitted = design.mmul(Matrix.columnVector(coefficients)).to1DArray();
  const residuals = y.map((value, i) => value - fitted[i]!);
  const ssr = residuals.reduce((sum, e) => sum + e * e, 0);
  const center = intercept ? computeMean(y)! : 0;
  const total = y.reduce((sum, value) => sum + (value - center) ** 2, 0);
  if (!(total > 0)) return null;
  const gramInverse = invertGram(upper);
  const r2 = 1 - ssr / total;
  const sigma2 = ssr / (n - k);
  return {
    coefficients,
    se: gramInverse.diagonal().map((variance) => Math.sqrt(variance * sigma2)),
    hacSe: hacLags === undefined ? null : computeHacSe(design, residuals, gramInverse, hacLags),
    r2,
    adjR2: 1 - ((1 - r2) * (n - (intercept ? 1 : 0))) / (n - k),
    sigma: Math.sqrt(sigma2),
    ssr,
    residuals,
    fitted,
    n,
    k,
    condition: computeConditionOf(upper.to2DArray()),
  };
}

/**
 * Condition number of the columns (without intercept) at zero mean and unit variance: Infinity when one is constant, 1 without columns.
 */
export function computeStandardizedCondition(rows: readonly (readonly number[])[]): number {
  const columns = Array.from({ length: rows[0]?.length ?? 0 }, (_, j) => rows.map((row) => row[j]!));
  if (columns.length === 0) return 1;
  const scaled = columns.map((column) => {
    const mean = computeMean(column)!;
    const std = computeStd(column) ?? 0;
    return column.map((value) => (value - mean) / std);
  });
  if (scaled.some((column) => !column.every(Number.isFinite))) return Infinity;
  return computeConditionOf(rows.map((_, i) => scaled.map((column) => column[i]!)));
}

/** Value of a fit with an intercept at one row of regressors, unit of y. */
export function predictOls(fit: OlsFit, row: readonly number[]): number {
  return row.reduce((sum, value, j) => sum + fit.coefficients[j + 1]! * value, fit.coefficients[0]!);
}

function isFullRank(design: Matrix, upper: Matrix): boolean {
  return upper
    .diagonal()
    .every((value, j) => Math.abs(value) > RANK_TOLERANCE * design.getColumnVector(j).norm());
}

/** `(X'X)^{-1} = R^{-1}·R^{-T}`, which squares no condition number. */
function invertGram(upper: Matrix): Matrix {
  const k = upper.rows;
  const inverse = Matrix.zeros(k, k);
  for (let column = 0; column < k; column++) {
    for (let row = column; row >= 0; row--) {
      let value = row === column ? 1 : 0;
      for (let j = row + 1; j <= column; j++) value -= upper.get(row, j) * inverse.get(j, column);
      inverse.set(row, column, value / upper.get(row, row));
    }
  }
  return inverse.mmul(inverse.transpose());
}

function computeHacSe(
  design: Matrix,
  residuals: readonly number[],
  gramInverse: Matrix,
  lags: number,
): number[] {
  const scores = design.clone().mulColumnVector([...residuals]);
  const n = scores.rows;
  let meat = scores.transpose().mmul(scores);
  for (let lag = 1; lag <= Math.min(lags, n - 1); lag++) {
    const later = scores.subMatrix(lag, n - 1, 0, scores.columns - 1);
    const earlier = scores.subMatrix(0, n - 1 - lag, 0, scores.columns - 1);
    const cross = later.transpose().mmul(earlier);
    meat = meat.add(cross.add(cross.transpose()).mul(1 - lag / (lags + 1)));
  }
  const covariance = gramInverse.mmul(meat).mmul(gramInverse);
  return covariance.diagonal().map((variance) => Math.sqrt(Math.max(0, variance)));
}

function computeConditionOf(rows: readonly (readonly number[])[]): number {
  const n = rows.length;
  const k = rows[0]!.length;
  const columns = new Float64Array(n * k);
  rows.forEach((row, i) => row.forEach((value, j) => (columns[j * n + i] = value)));
  const values = computeSingularValues(columns, n, k);
  return Math.max(...values) / Math.min(...values);
}
