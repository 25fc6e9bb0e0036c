import { describe, expect, it } from 'vitest';
import { computeSteadyVariance, filterRandomWalk } from '../../../shared/numeric/kalman.ts';
import { readVersion } from '../../../services/agents/versions.ts';
import { filterNaturalRate } from '../../../shared/numeric/natural-rate.ts';

const NATURAL_RATE_MODEL = readVersion('agent_monetary_policy', '1').parameters.neutralRate;

// Annual flow of the Nile at Aswan, 1871–1970, 10^8 m³ (Durbin and Koopman, ch. 2).
const NILE = [
  1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958,
  1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020,
  1050, 969, 831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040,
  759, 781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890,
  744, 749, 838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
];

const TEST_MODEL = {
  stateVariance: 0.01,
  realRateVariance: 1,
  gapVariance: 4,
  gapSlope: 0.3,
  mean: 3,
  variance: 2,
};

describe('filterRandomWalk', () => {
  it('K1: local level of the Nile', () => {
    expect(NILE).toHaveLength(100);
    const states = filterRandomWalk(
      NILE.map((y) => [{ y, loading: 1, variance: 15099 }]),
      { stateVariance: 1469.1, mean: 0, variance: 1e7, start: 'predicted' },
    );
    expect(states[0]!.mean).toBeCloseTo(1118.3114615, 6);
    expect(states[0]!.variance).toBeCloseTo(15076.2363907, 6);
    expect(states[1]!.mean).toBeCloseTo(1140.1084392, 6);
    expect(states[99]!.mean).toBeCloseTo(798.3702926, 6);
    expect(states[99]!.variance).toBeCloseTo(4032.1579418, 6);
    const logL = states.slice(1).reduce((sum, state) => sum + state.logL, 0);
    expect(logL).toBeCloseTo(-632.5442123, 6);
  });

  it('K2: steady state', () => {
    const { predicted } = computeSteadyVariance(1469.1, [{ loading: 1, variance: 15099 }])!;
    expect(predicted).toBeCloseTo(5501.2579418, 6);
    expect(predicted / (predicted + 15099)).toBeCloseTo(0.2670480126, 9);
    expect(computeSteadyVariance(0, [{ loading: 1, variance: 1 }])).toBeNull();
    expect(computeSteadyVariance(1, [])).toBeNull();
  });

  it('K3: one observation equation', () => {
    const states = filterRandomWalk(
      Array.from({ length: 24 }, () => [{ y: 5, loading: 1, variance: 1 }]),
      { stateVariance: 0.01, mean: 3, variance: 1 },
    );
    for (const [month, mean, variance] of [
      [1, 4.0049751244, 0.5024875622],
      [12, 4.8820197254, 0.1112103106],
      [24, 4.9668670464, 0.0964861969],
    ] as const) {
      expect(states[month - 1]!.mean).toBeCloseTo(mean, 9);
      expect(states[month - 1]!.variance).toBeCloseTo(variance, 9);
    }
  });

  it('only predicts when nothing is observed', () => {
    const [state] = filterRandomWalk([[{ y: null, loading: 1, variance: 1 }]], {
      stateVariance: 0.5,
      mean: 3,
      variance: 1,
    });
    expect(state).toEqual({ mean: 3, variance: 1.5, logL: 0, used: 0 });
  });
});

describe('filterNaturalRate', () => {
  const months = (gap: number | null, count: number, realRate = 6) =>
    Array.from({ length: count }, () => ({ realRate, gap }));

  it('K4: two observation equations', () => {
    const closed = filterNaturalRate(months(0, 60), TEST_MODEL);
    expect(closed[0]!.rStar).toBeCloseTo(5.0180755918, 9);
    expect(closed[0]!.variance).toBeCloseTo(0.6578893535, 9);
    expect(closed[11]!.rStar).toBeCloseTo(5.908732367, 9);
    expect(closed[59]!.rStar).toBeCloseTo(5.9993438112, 9);
    expect(closed[59]!.variance).toBeCloseTo(0.0940209218, 9);
    expect(filterNaturalRate(months(-1, 60), TEST_MODEL)[59]!.rStar).toBeCloseTo(5.9260102217, 9);
    const without = filterNaturalRate(months(null, 60), TEST_MODEL)[59]!;
    expect(without.rStar).toBeCloseTo(5.9992908541, 9);
    expect(without.variance).toBeCloseTo(0.0951260409, 9);
  });

  it.each([
    [0, 6.873],
    [-1, 6.252],
    [-2, 5.631],
  ])('moves slowly under tight policy: 24 months at 9.5 from 5 with gap %d', (gap, expected) => {
    const { stateVariance, realRateVariance, gapVariance, gapSlope } = NATURAL_RATE_MODEL;
    const { filtered } = computeSteadyVariance(stateVariance, [
      { loading: 1, variance: realRateVariance },
      { loading: gapSlope, variance: gapVariance },
    ])!;
    expect(filtered).toBeCloseTo(0.1103, 4);
    const model = { ...NATURAL_RATE_MODEL, mean: 5, variance: filtered };
    const last = filterNaturalRate(months(gap, 24, 9.5), model).at(-1)!;
    expect(Math.abs(last.rStar - expected)).toBeLessThan(5e-4);
    expect(last.n).toBe(24);
  });

  it('skips missing months and counts the others', () => {
    const states = filterNaturalRate(
      [
        { realRate: null, gap: -1 },
        { realRate: 5, gap: null },
      ],
      NATURAL_RATE_MODEL,
    );
    expect(states[0]).toEqual({ rStar: 4.75, variance: 0.1125, n: 0 });
    expect(states[1]!.n).toBe(1);
  });
});
