import { describe, expect, it } from 'vitest';
import { computeStandardizedCondition, fitOls, predictOls } from '../../../shared/numeric/ols.ts';

// NIST StRD Longley: employment on deflator, GNP, unemployed, armed forces, population, year.
const LONGLEY = [
  [60323, 83, 234289, 2356, 1590, 107608, 1947],
  [61122, 88.5, 259426, 2325, 1456, 108632, 1948],
  [60171, 88.2, 258054, 3682, 1616, 109773, 1949],
  [61187, 89.5, 284599, 3351, 1650, 110929, 1950],
  [63221, 96.2, 328975, 2099, 3099, 112075, 1951],
  [63639, 98.1, 346999, 1932, 3594, 113270, 1952],
  [64989, 99, 365385, 1870, 3547, 115094, 1953],
  [63761, 100, 363112, 3578, 3350, 116219, 1954],
  [66019, 101.2, 397469, 2904, 3048, 117388, 1955],
  [67857, 104.6, 419180, 2822, 2857, 118734, 1956],
  [68169, 108.4, 442769, 2936, 2798, 120445, 1957],
  [66513, 110.8, 444546, 4681, 2637, 121950, 1958],
  [68655, 112.6, 482704, 3813, 2552, 123366, 1959],
  [69564, 114.2, 502601, 3931, 2514, 125368, 1960],
  [69331, 115.7, 518173, 4806, 2572, 127852, 1961],
  [70551, 116.9, 554894, 4007, 2827, 130081, 1962],
];

const ANSCOMBE_X = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
const ANSCOMBE_Y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];

describe('fitOls', () => {
  it('S16: Anscombe I with ordinary and Newey–West errors', () => {
    const fit = fitOls(
      ANSCOMBE_X.map((x) => [x]),
      ANSCOMBE_Y,
      { hacLags: 2 },
    )!;
    const close = (values: readonly number[], expected: readonly number[]) =>
      values.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-8));
    close(fit.coefficients, [3.0000909091, 0.5000909091]);
    close(fit.se, [1.12474679, 0.1179055]);
    close(fit.hacSe!, [0.97362198, 0.11276455]);
    close([fit.r2, fit.adjR2, Math.sqrt(fit.r2)], [0.6665424595, 0.6294916217, 0.8164205163]);
    expect(predictOls(fit, [10])).toBeCloseTo(fit.fitted[0]!, 12);
  });

  it('S17: NIST Longley', () => {
    const fit = fitOls(
      LONGLEY.map((row) => row.slice(1)),
      LONGLEY.map((row) => row[0]!),
    )!;
    const certified = [
      -3482258.63459582, 15.0618722713733, -0.035819179292591, -2.02022980381683, -1.03322686717359,
      -0.0511041056535807, 1829.15146461355,
    ];
    certified.forEach((beta, j) => expect(Math.abs(fit.coefficients[j]! / beta - 1)).toBeLessThan(1e-10));
    expect(fit.r2).toBeCloseTo(0.995479004577296, 10);
    expect(Math.abs(fit.sigma / 304.854073561965 - 1)).toBeLessThan(1e-10);
    expect(fit.condition).toBeGreaterThan(1e9);
    const standardized = computeStandardizedCondition(LONGLEY.map((row) => row.slice(1)));
    expect(standardized).toBeGreaterThan(30);
    expect(standardized).toBeLessThan(200);
  });

  it('refuses too few rows, dependent columns, a constant target and values that are not finite', () => {
    expect(fitOls([[1], [2]], [1, 2])).toBeNull();
    expect(fitOls([], [])).toBeNull();
    expect(
      fitOls(
        ANSCOMBE_X.map((x) => [x, 2 * x + 1]),
        ANSCOMBE_Y,
      ),
    ).toBeNull();
    expect(
      fitOls(
        ANSCOMBE_X.map((x) => [x]),
        ANSCOMBE_X.map(() => 5),
      ),
    ).toBeNull();
    expect(
      fitOls(
        ANSCOMBE_X.map((x, i) => [i === 0 ? Number.NaN : x]),
        ANSCOMBE_Y,
      ),
    ).toBeNull();
  });

  it('has a standardized condition of 1 for orthogonal columns and none for a constant one', () => {
    const rows = [
      [1, 10],
      [1, -10],
      [-1, 10],
      [-1, -10],
    ];
    expect(computeStandardizedCondition(rows)).toBeCloseTo(1, 12);
    expect(computeStandardizedCondition(rows.map(([a]) => [a!, 3]))).toBe(Infinity);
  });
});
