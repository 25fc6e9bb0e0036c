import { describe, expect, it } from 'vitest';
import {
  annualize3m,
  annualize3mFromIndex,
  chainIndex,
  compoundMom,
  computeDiffusion,
  computeMomFromIndex,
  computeTrimmedMean,
  computeYoyFromIndex,
  computeYoyFromMom,
} from '../../../shared/numeric/inflation.ts';

// IPCA, percent a month, IBGE.
const IPCA_2022 = [0.54, 1.01, 1.62, 1.06, 0.47, 0.67, -0.68, -0.36, -0.29, 0.59, 0.41, 0.62];
const IPCA_2023 = [0.53, 0.84, 0.71, 0.61, 0.23, -0.08, 0.12, 0.23, 0.26, 0.24, 0.28, 0.56];
const IPCA_2024 = [0.42, 0.83, 0.16, 0.38, 0.46, 0.21, 0.38, -0.02, 0.44, 0.56, 0.39, 0.52];

describe('inflation', () => {
  it.each([
    ['S1 2023', IPCA_2023, 4.62, 4.6211139],
    ['S2 2022', IPCA_2022, 5.79, 5.784842],
    ['S3 2024', IPCA_2024, 4.83, 4.8312958],
  ])('%s: twelve months as published', (_, moms, official, exact) => {
    expect(Math.abs(compoundMom(moms)! - official)).toBeLessThan(0.01);
    expect(compoundMom(moms)).toBeCloseTo(exact, 6);
  });

  it('S1: three months annualized geometrically, not by the mean', () => {
    expect(annualize3m(IPCA_2023)).toBeCloseTo(4.4053111, 6);
    const mean = (0.24 + 0.28 + 0.56) / 3;
    expect(((1 + mean / 100) ** 12 - 1) * 100).toBeCloseTo(4.4065708, 6);
    expect(annualize3m([0.24, null, 0.56])).toBeNull();
  });

  it('gives the same from months and from their chained index', () => {
    const moms = [...IPCA_2022, ...IPCA_2023];
    const index = chainIndex(moms);
    expect(computeMomFromIndex(index).at(-1)).toBeCloseTo(0.56, 10);
    expect(computeYoyFromIndex(index).at(-1)).toBeCloseTo(computeYoyFromMom(moms).at(-1)!, 10);
    expect(annualize3mFromIndex(index).at(-1)).toBeCloseTo(4.4053111, 6);
    expect(
      computeYoyFromMom(moms)
        .slice(0, 11)
        .every((value) => value === null),
    ).toBe(true);
  });

  it('does not compress a missing month away', () => {
    const gap = [...IPCA_2022.slice(0, 6), null, ...IPCA_2022.slice(7), ...IPCA_2023];
    expect(compoundMom(gap.slice(0, 12))).toBeNull();
    expect(computeYoyFromMom(gap)[17]).toBeNull();
    expect(computeYoyFromMom(gap)[18]).not.toBeNull();
    expect(chainIndex([0.5, null, 0.5])).toEqual([100.49999999999999, null, null]);
    expect(computeYoyFromIndex([...Array(12).fill(100), null, 101])[12]).toBeNull();
    expect(computeYoyFromIndex([100, 100, null, ...Array(9).fill(100), 104])[12]).toBeCloseTo(4, 12);
  });

  it('counts zero as no rise and trims both sides', () => {
    expect(computeDiffusion([0.1, 0, -0.1, null, 0.2])).toBe(50);
    expect(computeDiffusion([null])).toBeNull();
    expect(computeTrimmedMean([100, 1, 2, 3, -100])).toBe(2);
    expect(computeTrimmedMean([1, 4])).toBe(2.5);
    expect(computeTrimmedMean([])).toBeNull();
  });
});
