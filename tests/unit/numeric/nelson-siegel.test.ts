import { describe, expect, it } from 'vitest';
import { computeLoadings, evaluateForward, evaluateYield } from '../../../shared/numeric/nelson-siegel.ts';

// ECB AAA euro area curve of 2016-01-04, percent; spot rates as published by the ECB.
const ECB = {
  b0: 2.142562216,
  b1: -2.649562216,
  b2: 19.9532384206,
  b3: -24.0677865973,
  l1: 1.6568604918,
  l2: 1.8145254889,
};

describe('Nelson–Siegel evaluation', () => {
  it.each([
    [0, 0.04],
    [1, 0.049673467],
    [2, 0.0552848224],
    [3, 0.0584852275],
    [10, 0.0617843857],
  ])('C1: yield at %d years', (tau, expected) => {
    expect(evaluateYield({ b0: 0.06, b1: -0.02, b2: 0.03, l1: 2 }, tau)).toBeCloseTo(expected, 9);
  });

  it.each([
    [1, 0.0421983354],
    [2, 0.0658790954],
    [3, 0.0758359317],
  ])('C2: yield at %d years', (tau, expected) => {
    expect(evaluateYield({ b0: 0.017, b1: -0.023, b2: 0.24, l1: 2 }, tau)).toBeCloseTo(expected, 9);
  });

  it.each([
    [1, -0.410613],
    [2, -0.366505],
    [3, -0.290997],
    [4, -0.174151],
    [5, -0.028807],
    [6, 0.129236],
    [7, 0.287602],
    [8, 0.438365],
    [9, 0.577291],
    [10, 0.702713],
    [15, 1.146814],
    [20, 1.392777],
    [25, 1.54251],
    [30, 1.642502],
  ])('C3: ECB spot at %d years', (tau, expected) => {
    expect(Math.abs(evaluateYield(ECB, tau) - expected)).toBeLessThan(1e-6);
  });

  it.each([
    [0, -0.507],
    [1, -0.3647544482],
    [5, 0.7418356783],
    [10, 1.8882272421],
    [30, 2.1425408539],
  ])('C4: ECB instantaneous forward at %d years', (tau, expected) => {
    expect(evaluateForward(ECB, tau)).toBeCloseTo(expected, 9);
  });

  it('C5: Gilli, Große and Schumann (2010), table 1', () => {
    const curve = { b0: 2.05, b1: -1.82, b2: -2.03, b3: 8.25, l1: 0.87, l2: 14.38 };
    const tenors = [0.25, 0.5, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30];
    const published = [
      0.3, 0.4, 0.68, 1.27, 1.78, 2.2, 2.53, 2.8, 3.03, 3.23, 3.4, 3.54, 4.04, 4.28, 4.38, 4.38,
    ];
    tenors.forEach((tau, i) => {
      expect(Math.abs(evaluateYield(curve, tau) - published[i]!)).toBeLessThan(5.001e-3);
    });
  });

  it('C6: Gürkaynak, Sack and Wright, 1961-06-14', () => {
    const curve = { b0: 3.917606, b1: -1.277955, b2: -1.949397, l1: 0.339218 };
    const published = [2.9825, 3.3771, 3.553, 3.6439, 3.6987, 3.7351, 3.7612];
    published.forEach((expected, i) => {
      expect(Math.abs(evaluateYield(curve, i + 1) - expected)).toBeLessThan(5.001e-5);
    });
  });

  it('C7: Diebold–Li loadings at 30 months, curvature greatest at 29.4463 months', () => {
    expect(computeLoadings(0.0609 * 30).slope).toBeCloseTo(0.4592799502, 9);
    expect(computeLoadings(0.0609 * 30).curvature).toBeCloseTo(0.2983844191, 9);
    const months = Array.from({ length: 20_001 }, (_, i) => 20 + i / 1000);
    const loadings = months.map((month) => computeLoadings(0.0609 * month).curvature);
    expect(Math.abs(months[loadings.indexOf(Math.max(...loadings))]! - 29.4463)).toBeLessThan(1e-3);
  });

  it('has loadings 1 and 0 at tenor 0 and no jump where the series takes over', () => {
    expect(computeLoadings(0).slope).toBe(1);
    expect(computeLoadings(0).curvature).toBe(0);
    expect(computeLoadings(0.99e-8).slope).toBeCloseTo(computeLoadings(1.01e-8).slope, 9);
  });
});
