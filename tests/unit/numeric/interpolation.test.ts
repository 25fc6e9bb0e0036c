import { describe, expect, it } from 'vitest';
import { interpolateSpline } from '../../../shared/numeric/cubic-spline.ts';
import { interpolateFlatForward, interpolateLinear } from '../../../shared/numeric/interpolation.ts';
import { interpolatePchip } from '../../../shared/numeric/pchip.ts';
import { computeForwardAnnual } from '../../../shared/numeric/rates.ts';

const KNOTS = [30, 90, 180, 365, 730].map((days, i) => ({
  x: days / 365,
  y: [0.1, 0.105, 0.11, 0.12, 0.13][i]!,
}));

describe('interpolation', () => {
  it('C11: not-a-knot, natural, monotone and linear at 270 days', () => {
    expect(interpolateSpline(KNOTS, 270 / 365, 'not-a-knot')).toBeCloseTo(0.1148273643, 9);
    expect(interpolateSpline(KNOTS, 270 / 365, 'natural')).toBeCloseTo(0.1149243531, 9);
    expect(interpolatePchip(KNOTS, 270 / 365)).toBeCloseTo(0.1152519658, 9);
    expect(interpolateLinear(KNOTS, 270 / 365)).toEqual({
      y: expect.closeTo(0.1148648649, 9),
      method: 'linear',
    });
  });

  it('C12: flat forward between 252 and 504 business days', () => {
    const di = [
      { x: 252, y: 0.13 },
      { x: 504, y: 0.125 },
    ];
    const point = interpolateFlatForward(di, 378)!;
    expect(point.y).toBeCloseTo(0.1266642036, 9);
    expect(point.method).toBe('flat_forward');
    expect(computeForwardAnnual(0.13, 1, 0.125, 2)).toBeCloseTo(0.1200221239, 9);
    expect(computeForwardAnnual(0.13, 1, point.y, 1.5)).toBeCloseTo(0.1200221239, 9);
  });

  it('passes through the knots', () => {
    for (const { x, y } of KNOTS) {
      expect(interpolateLinear(KNOTS, x)!.y).toBe(y);
      expect(interpolateSpline(KNOTS, x, 'natural')).toBeCloseTo(y, 12);
      expect(interpolateSpline(KNOTS, x, 'not-a-knot')).toBeCloseTo(y, 12);
    }
  });

  it('reproduces a cubic exactly with not-a-knot ends', () => {
    const cubic = (x: number) => 1 + 2 * x - 3 * x * x + 0.5 * x ** 3;
    const knots = [0, 1, 2.5, 4, 7].map((x) => ({ x, y: cubic(x) }));
    for (const x of [0.3, 1.9, 3.2, 6.5])
      expect(interpolateSpline(knots, x, 'not-a-knot')).toBeCloseTo(cubic(x), 10);
  });

  it('holds the end rate, flagged, up to 20 % below and 10 % above, and is null further out', () => {
    const knots = [
      { x: 100, y: 0.1 },
      { x: 200, y: 0.2 },
    ];
    expect(interpolateLinear(knots, 80)).toEqual({ y: 0.1, method: 'flat' });
    expect(interpolateLinear(knots, 79.9)).toBeNull();
    expect(interpolateLinear(knots, 220)).toEqual({ y: 0.2, method: 'flat' });
    expect(interpolateLinear(knots, 221)).toBeNull();
    expect(interpolateFlatForward(knots, 221)).toBeNull();
  });

  it('is null without knots, with knots out of order or rates of −100 %', () => {
    expect(interpolateLinear([], 1)).toBeNull();
    const twice = [
      { x: 1, y: 0.1 },
      { x: 1, y: 0.2 },
    ];
    expect(interpolateLinear(twice, 1)).toBeNull();
    expect(interpolateFlatForward([{ x: 252, y: -1 }], 252)).toBeNull();
    expect(interpolateSpline(KNOTS.slice(0, 3), 0.2, 'natural')).toBeNull();
    expect(interpolateSpline(KNOTS, 3, 'natural')).toBeNull();
  });
});
