import { describe, expect, it } from 'vitest';
import {
  computeDrawdowns,
  computeEwmaVariance,
  computeEwmaVol,
  computeLogReturns,
  computeRollingSharpe,
  computeRollingVol,
  computeSimpleReturns,
  updateEwmaVariance,
} from '../../../shared/numeric/returns.ts';

describe('returns and volatility', () => {
  it('S7: drawdown', () => {
    const drawdowns = computeDrawdowns([100, 110, 105, 120, 90, 95, 130]);
    [0, 0, -0.0454545, 0, -0.25, -0.2083333, 0].forEach((expected, i) =>
      expect(drawdowns[i]!.drawdown).toBeCloseTo(expected, 6),
    );
    expect(drawdowns[4]).toEqual({ drawdown: -0.25, peak: 120, gap: -30 });
  });

  it('S8: log returns and their annualized volatility', () => {
    const returns = computeLogReturns([100, 102, 101, 103, 104]);
    expect(returns[0]).toBeNull();
    [0.0198026273, -0.0098522964, 0.0196084714, 0.0096619109].forEach((expected, i) =>
      expect(returns[i + 1]!).toBeCloseTo(expected, 9),
    );
    const vol = computeRollingVol(returns, 4);
    expect(vol.slice(0, 4)).toEqual([null, null, null, null]);
    expect(vol[4]).toBeCloseTo(0.2211994394, 9);
  });

  it('S10: Hull, one EWMA step', () => {
    const variance = updateEwmaVariance(0.01 ** 2, 0.02, 0.9);
    expect(variance).toBeCloseTo(0.00013, 12);
    expect(Math.sqrt(variance)).toBeCloseTo(0.0114018, 7);
  });

  it('S11: Jorion, one RiskMetrics step in percent', () => {
    const variance = updateEwmaVariance(1, 2, 0.94);
    expect(variance).toBeCloseTo(1.18, 12);
    expect(Math.sqrt(variance)).toBeCloseTo(1.086278, 6);
  });

  it('S12: EWMA sequence seeded by the first squared return', () => {
    const returns = [0.01, -0.02, 0.015, 0.005, -0.01];
    expect(Math.abs(computeEwmaVariance(returns, 0.94).at(-1)! - 1.17347512e-4)).toBeLessThan(1e-10);
    expect(computeEwmaVol(returns, 0.94).at(-1)).toBeCloseTo(0.1719638713, 9);
  });

  it('starts a sample-seeded EWMA after 30 returns', () => {
    const returns = Array.from({ length: 31 }, (_, i) => (i % 2 === 0 ? 0.01 : -0.01));
    const variance = computeEwmaVariance(returns, 0.94, 'sample30');
    expect(variance.slice(0, 29).every((value) => value === null)).toBe(true);
    expect(variance[29]).toBeCloseTo((0.0001 * 30) / 29, 12);
    expect(variance[30]).toBeCloseTo((0.94 * 0.0001 * 30) / 29 + 0.06 * 0.0001, 12);
  });

  it('has no return across a missing or non-positive price', () => {
    const prices = [18.27, -37.63, 10.01, null, 13.78];
    expect(computeLogReturns(prices)).toEqual([null, null, null, null, null]);
    const simple = computeSimpleReturns(prices);
    expect(simple[1]).toBeCloseTo(-37.63 / 18.27 - 1, 12);
    expect(simple.slice(2)).toEqual([null, null, null]);
  });

  it('has no Sharpe ratio without risk', () => {
    expect(computeRollingSharpe([0.01, 0.01, 0.01], 0.05, 3)).toEqual([null, null, null]);
    const sharpe = computeRollingSharpe([0.01, -0.005, 0.002], 0, 3).at(-1)!;
    const mean = 0.007 / 3;
    const std = Math.sqrt(((0.01 - mean) ** 2 + (-0.005 - mean) ** 2 + (0.002 - mean) ** 2) / 2);
    expect(sharpe).toBeCloseTo((mean / std) * Math.sqrt(252), 10);
  });
});
