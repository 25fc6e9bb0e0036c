import { describe, expect, it } from 'vitest';
import { computeCarryRoll } from '../../../shared/numeric/carry.ts';
import { bootstrapPar } from '../../../shared/numeric/par-bootstrap.ts';
import {
  computeBelly,
  computeBreakevenFisher,
  computeBreakevenSimple,
  computeButterfly,
  computeCipBasisPp,
  computeCupomFromForward,
  computeCupomFromFrc,
  computeDv01Annual,
  computeDv01Continuous,
  computeForwardAnnual,
  computeForwardContinuous,
  computeLinear360FromPu,
  computeRateFromPu,
  computeSlope,
  convertAnnualToContinuous,
  convertAnnualToDailyPct,
  convertBeyToEffective,
  convertDailyToAnnualPct,
  convertEffectiveToLinear360,
} from '../../../shared/numeric/rates.ts';

describe('rates', () => {
  it('C13: forward from 1y 5 % to 3y 7 %', () => {
    expect(computeForwardContinuous(0.05, 1, 0.07, 3)).toBeCloseTo(0.08, 9);
    expect(computeForwardAnnual(0.05, 1, 0.07, 3)).toBeCloseTo(0.0801424068, 9);
    expect(computeForwardContinuous(0.05, 1, 0.07, 1)).toBeNull();
    expect(computeForwardAnnual(-1, 1, 0.07, 3)).toBeNull();
  });

  it('C15: Fisher and simple breakeven of 12 % against 6.5 %', () => {
    expect(computeBreakevenFisher(0.12, 0.065)).toBeCloseTo(0.0516431925, 9);
    expect(computeBreakevenSimple(0.12, 0.065)).toBeCloseTo(0.055, 9);
    expect(computeBreakevenFisher(0.12, -1)).toBeNull();
  });

  it('C16: DV01 of 100 at 5 years and 5 %', () => {
    expect(computeDv01Continuous(100, 5, 0.05)).toBeCloseTo(0.0389400392, 9);
    expect(computeDv01Annual(100, 5, 0.05)).toBeCloseTo(0.0373107698, 9);
    expect(computeDv01Annual(100, 5, -1)).toBeNull();
  });

  it('C18: Selic a year to a day and back', () => {
    expect(convertAnnualToDailyPct(13.65)).toBeCloseTo(0.0507880373, 9);
    expect(convertAnnualToDailyPct(13.65)).toBeCloseTo(0.050788, 6);
    expect(convertAnnualToDailyPct(14.9)).toBeCloseTo(0.0551310642, 9);
    expect(convertDailyToAnnualPct(convertAnnualToDailyPct(13.65)!)).toBeCloseTo(13.65, 9);
    expect(convertAnnualToDailyPct(-100)).toBeNull();
  });

  it('E8: covered parity, cupom linear ACT/360 and a basis of −43.379 bp', () => {
    const cupom = computeCupomFromForward({
      di: 0.13,
      spot: 5,
      forward: 5.4,
      businessDays: 252,
      calendarDays: 365,
    })!;
    expect(cupom).toBeCloseTo(0.0456621005, 8);
    expect((cupom * 365) / 360).toBeCloseTo(0.0462962963, 8);
    expect(computeCipBasisPp(cupom, 0.05)! * 100).toBeCloseTo(-43.379, 3);
    expect(
      computeCupomFromForward({ di: 0.13, spot: 0, forward: 5.4, businessDays: 252, calendarDays: 365 }),
    ).toBeNull();
  });

  it('turns settlement prices into rates and back', () => {
    const price = 100_000 / 1.13 ** (378 / 252);
    expect(computeRateFromPu(price, 378)).toBeCloseTo(0.13, 12);
    expect(computeRateFromPu(0, 378)).toBeNull();
    expect(computeLinear360FromPu(100_000 / (1 + (0.045 * 200) / 360), 200)).toBeCloseTo(0.045, 12);
    expect(computeLinear360FromPu(99_000, 0)).toBeNull();
  });

  it('chains an FRC onto the short cupom', () => {
    const long = computeCupomFromFrc(0.05, 0.04, 30, 390)!;
    expect(1 + (long * 390) / 360).toBeCloseTo((1 + (0.04 * 30) / 360) * 1.05, 12);
    expect(computeCupomFromFrc(0.05, 0.04, 30, 30)).toBeNull();
  });

  it('converts compounding', () => {
    expect(convertBeyToEffective(0.05)).toBeCloseTo(0.050625, 12);
    expect(convertBeyToEffective(-2)).toBeNull();
    expect(convertAnnualToContinuous(0.05)).toBeCloseTo(Math.log(1.05), 12);
    expect(convertAnnualToContinuous(-1)).toBeNull();
    expect(convertEffectiveToLinear360(0.05, 365)).toBeCloseTo((0.05 * 360) / 365, 12);
    expect(convertEffectiveToLinear360(0.05, 0)).toBeNull();
  });

  it('measures the shape, null when a leg is missing', () => {
    expect(computeSlope(0.12, 0.1)).toBeCloseTo(0.02, 12);
    expect(computeBelly(0.1, 0.11, 0.13)).toBeCloseTo(-0.005, 12);
    expect(computeButterfly(0.1, 0.12, 0.13)).toBeCloseTo(0.01, 12);
    expect([computeSlope(null, 0.1), computeBelly(0.1, null, 0.1), computeButterfly(0.1, 0.1, null)]).toEqual(
      [null, null, null],
    );
  });
});

describe('bootstrapPar', () => {
  const par = [0.04, 0.042, 0.044, 0.046].map((y, i) => ({ x: (i + 1) / 2, y }));

  it('C14: discount factors and zeros of a semi-annual par curve', () => {
    const zeros = bootstrapPar(par)!;
    const expected = [0.9803921569, 0.9592671545, 0.9367196626, 0.9128477846];
    zeros.forEach(({ discount }, i) => expect(discount).toBeCloseTo(expected[i]!, 9));
    expect(zeros).toHaveLength(4);
    expect(zeros[3]!.zeroBey).toBeCloseTo(0.0461167197, 9);
    expect(Math.exp(-zeros[3]!.zeroContinuous * 2)).toBeCloseTo(zeros[3]!.discount, 12);
  });

  it('prices every par bond at 1 and treats bills as simple interest', () => {
    const curve = [
      { x: 30 / 365, y: 0.051 },
      { x: 180 / 365, y: 0.05 },
      { x: 1, y: 0.048 },
      { x: 2, y: 0.045 },
      { x: 5, y: 0.043 },
    ];
    const zeros = bootstrapPar(curve)!;
    expect(zeros[0]!.discount).toBeCloseTo(1 / (1 + (0.051 * 30) / 365), 12);
    const grid = zeros.filter(({ tenor }) => tenor >= 0.5);
    expect(grid.map(({ tenor }) => tenor)).toEqual([0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5]);
    const annuity = grid.reduce((sum, { discount }) => sum + discount, 0);
    expect((0.043 / 2) * annuity + grid.at(-1)!.discount).toBeCloseTo(1, 12);
  });

  it('is null for a curve that starts late (unless held flat) or a coupon of −200 %', () => {
    const real = [
      { x: 5, y: 0.01 },
      { x: 10, y: 0.012 },
    ];
    expect(bootstrapPar(real)).toBeNull();
    expect(bootstrapPar(real, { flatShortEnd: true })!.at(-1)!.tenor).toBe(10);
    expect(bootstrapPar([{ x: 0.5, y: -2 }])).toBeNull();
    expect(bootstrapPar([])).toBeNull();
  });
});

describe('computeCarryRoll', () => {
  const curve = [
    { x: 30, y: 0.1 },
    { x: 90, y: 0.11 },
    { x: 180, y: 0.12 },
    { x: 365, y: 0.14 },
  ];

  it('C17: carry, roll and the move that eats them up', () => {
    const held = computeCarryRoll(curve, 365, 21)!;
    expect(held.carryBp).toBeCloseTo(23.0136986, 6);
    expect(held.rollYieldBp).toBeCloseTo(22.7027027, 6);
    expect(held.rollReturnBp).toBeCloseTo(21.3965198, 6);
    expect(held.totalReturnBp).toBeCloseTo(44.4102184, 6);
    expect(held.breakevenMoveBp).toBeCloseTo(47.1213073, 6);
  });

  it('is null when the point does not outlive the horizon or lies outside the curve', () => {
    expect(computeCarryRoll(curve, 21, 21)).toBeNull();
    expect(computeCarryRoll(curve, 3650, 21)).toBeNull();
    expect(computeCarryRoll([], 365, 21)).toBeNull();
  });
});
