import { describe, expect, it } from 'vitest';
import { interpolateFlatForward } from '../../../shared/numeric/interpolation.ts';
import { fitNelsonSiegel } from '../../../shared/numeric/nelson-siegel-fit.ts';
import { interpolatePchip } from '../../../shared/numeric/pchip.ts';
import { bootstrapPar } from '../../../shared/numeric/par-bootstrap.ts';
import {
  computeDv01Annual,
  computeDv01Continuous,
  computeDv01SemiAnnual,
  computeForwardAnnual,
  convertBeyToContinuous,
  convertBeyToEffective,
} from '../../../shared/numeric/rates.ts';

// Values of packages from PyPI: QuantLib 1.44, SciPy 1.17.1 with NumPy 2.4.6.

describe('QuantLib', () => {
  it('DV01 of a 5-year zero of 100 at 5 %: BondFunctions.cleanPrice × modified duration × 1e-4', () => {
    expect(computeDv01SemiAnnual(100, 5, 0.05)).toBeCloseTo(0.03810723910857207, 14);
    expect(computeDv01Annual(100, 5, 0.05)).toBeCloseTo(0.03731076983183137, 14);
    expect(computeDv01Continuous(100, 5, 0.05)).toBeCloseTo(0.03894003915357025, 14);
    expect([computeDv01SemiAnnual(100, -1, 0.05), computeDv01SemiAnnual(100, 5, -2)]).toEqual([null, null]);
  });

  it('5 % semi-annual in other compoundings: InterestRate.equivalentRate', () => {
    expect(convertBeyToEffective(0.05)).toBeCloseTo(0.05062499999999992, 13);
    expect(convertBeyToContinuous(0.05)).toBeCloseTo(0.049385225180742925, 13);
    expect(convertBeyToContinuous(-2)).toBeNull();
  });

  it('forward from 1y 5 % to 3y 7 %, annual: InterestRate.impliedRate', () => {
    expect(computeForwardAnnual(0.05, 1, 0.07, 3)).toBeCloseTo(0.08014240683699625, 13);
  });

  it('par curve to zeros: PiecewiseLogLinearDiscount over FixedRateBondHelper at 100, 30/360, every half year', () => {
    const par = [0.0478, 0.0464, 0.0425, 0.0409, 0.0402, 0.0408, 0.0405];
    const zeros = bootstrapPar([0.5, 1, 2, 3, 5, 7, 10].map((x, i) => ({ x, y: par[i]! })))!;
    const expected = [
      [1, 0.9551813303943489, 0.046383771295698484],
      [2, 0.9195133069352704, 0.04239853844706243],
      [5, 0.8200544563623465, 0.040073085894071436],
      [10, 0.6701144061979328, 0.04043398268804932],
    ] as const;
    for (const [years, discount, zero] of expected) {
      const found = zeros.find(({ tenor }) => tenor === years)!;
      // The solver of QuantLib stops at 1e-12.
      expect(found.discount).toBeCloseTo(discount, 11);
      expect(found.zeroBey).toBeCloseTo(zero, 11);
    }
  });

  it('flat forward BUS/252: DiscountCurve (log-linear discounts) over business days', () => {
    const rates = [0.1365, 0.1372, 0.1378, 0.1345, 0.1262, 0.1249, 0.1258];
    const knots = [21, 63, 126, 252, 504, 1260, 2520].map((x, i) => ({ x, y: rates[i]! }));
    const expected = [
      [42, 0.13702495959021999],
      [189, 0.13559893517105004],
      [378, 0.12895989765826843],
      [756, 0.1254775924128182],
      [1764, 0.12541419757675865],
    ] as const;
    for (const [days, rate] of expected) expect(interpolateFlatForward(knots, days)!.y).toBeCloseTo(rate, 13);
  });
});

describe('SciPy', () => {
  const tenors = [1 / 12, 0.25, 0.5, 1, 2, 3, 5, 7, 10, 20, 30];
  const rates = [0.0548, 0.054, 0.0526, 0.0479, 0.0423, 0.0401, 0.0384, 0.0388, 0.0388, 0.042, 0.0403];

  it('Nelson-Siegel: numpy.linalg.lstsq on 5,001 lambdas of 0.1…10, minimize_scalar around the least', () => {
    const fit = fitNelsonSiegel(tenors, rates, { maxRmseBp: 10 })!;
    expect(Math.abs(fit.l1 - 1.9818409552)).toBeLessThan(1e-6);
    expect(fit.b0).toBeCloseTo(0.04251131470421642, 8);
    expect(fit.b1).toBeCloseTo(0.01409231213417052, 8);
    expect(fit.b2).toBeCloseTo(-0.032236916061945065, 8);
    expect(fit.rmseBp).toBeCloseTo(6.847602151243667, 9);
    // numpy.linalg.cond(X)²
    expect(fit.condition / 167.33815679075752 - 1).toBeCloseTo(0, 5);
    expect(fit.status).toBe('ok');
  });

  it('monotone cubic: PchipInterpolator', () => {
    const y = [1, 3, 2, 2.5, 9, 9.2];
    const knots = [0, 1, 2.5, 4, 7, 8].map((x, i) => ({ x, y: y[i]! }));
    const expected = [
      [0.3, 1.8828],
      [1.9, 2.352],
      [3.2, 2.131959411466261],
      [6.5, 8.443935126342272],
      [7.7, 9.177063917525773],
    ] as const;
    for (const [x, value] of expected) expect(interpolatePchip(knots, x)).toBeCloseTo(value, 12);
    expect(interpolatePchip(knots, 8.1)).toBeNull();
    expect(interpolatePchip(knots.slice(0, 2), 0.5)).toBeNull();
  });
});
