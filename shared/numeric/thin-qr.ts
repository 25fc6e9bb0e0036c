/**
 * Thin QR factorization of a tall matrix with few columns: `X = Q·R`. `q` and `r` are column-major,
 * `q[j·n + i]` and `r[j·k + i]` (upper triangle).
 */
export type ThinQr = { n: number; k: number; q: Float64Array; r: Float64Array };

/** A column whose remainder after projection is smaller than this share of its length depends on the others. */
const RANK_TOLERANCE = 1e-13;

/**
 * Factorizes the `n × k` matrix given column-major, or returns null when a column is linearly dependent.
 *
 * Gram–Schmidt with one re-orthogonalization, which is as orthogonal as Householder for a full-rank matrix
 * and, for three or four columns, an order of magnitude faster than a general matrix class: curve fits make
 * hundreds of these per date.
 */
export function factorizeThin(columns: Float64Array, n: number, k: number): ThinQr | null {
  const q = Float64Array.from(columns);
  const r = new Float64Array(k * k);
  for (let j = 0; j < k; j++) {
    const start = j * n;
    const length = Math.sqrt(dot(q, start, q, start, n));
    for (let pass = 0; pass < 2; pass++) {
      for (let i = 0; i < j; i++) {
        const projection = dot(q, i * n, q, start, n);
        r[j * k + i]! += projection;
        for (let t = 0; t < n; t++) q[start + t]! -= projection * q[i * n + t]!;
      }
    }
    const remainder = Math.sqrt(dot(q, start, q, start, n));
    if (!(remainder > RANK_TOLERANCE * length)) return null;
    r[j * k + j] = remainder;
    for (let t = 0; t < n; t++) q[start + t]! /= remainder;
  }
  return { n, k, q, r };
}

/** Least-squares sum of squared residuals of `y` on the columns of `qr`, unit of `y` squared. */
export function computeSsr({ n, k, q }: ThinQr, y: ArrayLike<number>, scratch: Float64Array): number {
  for (let t = 0; t < n; t++) scratch[t] = y[t]!;
  for (let j = 0; j < k; j++) {
    const projection = dot(q, j * n, scratch, 0, n);
    for (let t = 0; t < n; t++) scratch[t]! -= projection * q[j * n + t]!;
  }
  return dot(scratch, 0, scratch, 0, n);
}

/** Least-squares coefficients of `y` on the columns of `qr`. */
export function solveThin({ n, k, q, r }: ThinQr, y: ArrayLike<number>): number[] {
  const rest = Float64Array.from(y);
  const beta = Array.from({ length: k }, (): number => 0);
  for (let j = 0; j < k; j++) {
    const projection = dot(q, j * n, rest, 0, n);
    beta[j] = projection;
    for (let t = 0; t < n; t++) rest[t]! -= projection * q[j * n + t]!;
  }
  for (let j = k - 1; j >= 0; j--) {
    for (let i = j + 1; i < k; i++) beta[j]! -= r[i * k + j]! * beta[i]!;
    beta[j]! /= r[j * k + j]!;
  }
  return beta;
}

/** Condition number of `X'X`, the squared ratio of the extreme singular values of `R`. Dimensionless. */
export function computeGramCondition({ k, r }: ThinQr): number {
  const values = computeSingularValues(r, k, k);
  return (Math.max(...values) / Math.min(...values)) ** 2;
}

/**
 * Singular values, in no order, of a column-major `n × k` matrix by one-sided Jacobi rotations, which
 * keep the small ones accurate.
 */
export function computeSingularValues(columns: Float64Array, n: number, k: number): number[] {
  const a = Float64Array.from(columns);
  for (let sweep = 0; sweep < 60; sweep++) {
    let rotated = false;
    for (let p = 0; p < k - 1; p++) {
      for (let s = p + 1; s < k; s++) rotated = rotateColumns(a, p * n, s * n, n) || rotated;
    }
    if (!rotated) break;
  }
  return Array.from({ length: k }, (_, j) => Math.sqrt(dot(a, j * n, a, j * n, n)));
}

function rotateColumns(a: Float64Array, p: number, s: number, n: number): boolean {
  const alpha = dot(a, p, a, p, n);
  const beta = dot(a, s, a, s, n);
  const gamma = dot(a, p, a, s, n);
  if (Math.abs(gamma) <= 1e-15 * Math.sqrt(alpha * beta)) return false;
  const zeta = (beta - alpha) / (2 * gamma);
  const t = (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
  const c = 1 / Math.sqrt(1 + t * t);
  const sine = c * t;
  for (let i = 0; i < n; i++) {
    const left = a[p + i]!;
    const right = a[s + i]!;
    a[p + i] = c * left - sine * right;
    a[s + i] = sine * left + c * right;
  }
  return true;
}

function dot(a: Float64Array, i: number, b: Float64Array, j: number, n: number): number {
  let sum = 0;
  for (let t = 0; t < n; t++) sum += a[i + t]! * b[j + t]!;
  return sum;
}
