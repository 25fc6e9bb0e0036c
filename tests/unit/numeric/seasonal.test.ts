import { describe, expect, it } from 'vitest';
import {
  computeMonthEffects,
  computeSeasonalSurprises,
  forecastSeasonalAr1,
} from '../../../shared/numeric/seasonal.ts';
import { fitOls } from '../../../shared/numeric/ols.ts';
import type { Series } from '../../../shared/numeric/series.ts';
import { computeSurpriseZ as computeSurpriseZBy } from '../../../shared/numeric/surprise.ts';
import { readVersion } from '../../../services/agents/versions.ts';

const WINDOW = readVersion('agent_inflation', '1').parameters.surprise.z;
const computeSurpriseZ = (surprises: Series) => computeSurpriseZBy(surprises, WINDOW);

const PATTERN = [0.05, -0.04, 0.02, -0.03, 0.06, -0.05, 0.01, 0.03, -0.02, -0.01, 0.04, -0.06];
const HISTORY = [...PATTERN, ...PATTERN, ...PATTERN];

describe('computeSurpriseZ', () => {
  it('E11: mean of three against the 36 before', () => {
    expect(computeSurpriseZ([...HISTORY, 0.1, 0.12, 0.08])).toBeCloseTo(4.3852901, 6);
    expect(computeSurpriseZ([9, 9, ...HISTORY, 0.1, 0.12, 0.08])).toBeCloseTo(4.3852901, 6);
  });

  it('is null with a missing recent value, a short history or no spread', () => {
    expect(computeSurpriseZ([...HISTORY, 0.1, null, 0.08])).toBeNull();
    expect(computeSurpriseZ([...HISTORY.slice(0, 23), 0.1, 0.12, 0.08])).toBeNull();
    expect(computeSurpriseZ([...HISTORY.slice(0, 24), 0.1, 0.12, 0.08])).not.toBeNull();
    expect(computeSurpriseZ([...Array.from({ length: 36 }, (): number => 0.1), 0.1, 0.12, 0.08])).toBeNull();
  });
});

describe('seasonal AR(1)', () => {
  const effects = [0.5, 0.8, 0.3, 0.4, 0.2, -0.1, 0.1, 0, 0.3, 0.4, 0.5, 0.6];
  // firstMonth 3: index t is calendar month (2 + t) mod 12, zero based.
  const values: number[] = [];
  for (let t = 0; t < 60; t++) values.push(effects[(2 + t) % 12]! + 0.4 * (values[t - 1] ?? 1));

  it('forecasts a series that follows it', () => {
    const forecast = forecastSeasonalAr1({ firstMonth: 3, values })!;
    expect(forecast).toBeCloseTo(effects[(2 + 60) % 12]! + 0.4 * values[59]!, 6);
  });

  it('is the OLS forecast on twelve dummies and the lag', () => {
    const noisy = values.map((value, t) => value + 0.05 * Math.sin(t * t));
    const describeRow = (t: number) => [
      ...Array.from({ length: 12 }, (_, month) => ((2 + t) % 12 === month ? 1 : 0)),
      noisy[t - 1]!,
    ];
    const rows = noisy.slice(1).map((_, i) => describeRow(i + 1));
    const fit = fitOls(rows, noisy.slice(1), { intercept: false })!;
    const expected = describeRow(60).reduce((sum, value, j) => sum + value * fit.coefficients[j]!, 0);
    expect(forecastSeasonalAr1({ firstMonth: 3, values: noisy })).toBeCloseTo(expected, 10);
  });

  it('has no surprise before the burn-in or where a value is missing, and none in a series that follows it', () => {
    const noisy = values.map((value, t) => value + 0.05 * Math.sin(t * t));
    const surprises = computeSeasonalSurprises({ firstMonth: 3, values: noisy });
    expect(surprises.slice(0, 24).every((value) => value === null)).toBe(true);
    expect(surprises.slice(24).every((value) => value !== null)).toBe(true);
    const until = forecastSeasonalAr1({ firstMonth: 3, values: noisy.slice(0, 40) })!;
    expect(surprises[40]).toBeCloseTo(noisy[40]! - until, 12);
    expect(forecastSeasonalAr1({ firstMonth: 3, values: [...values, null] })).toBeNull();
    expect(forecastSeasonalAr1({ firstMonth: 3, values: values.slice(0, 23) })).toBeNull();
  });

  it('measures month effects around a trend', () => {
    const seasonal = Array.from({ length: 96 }, (_, t) => 8 + 0.02 * t + PATTERN[(4 + t) % 12]!);
    const found = computeMonthEffects({ firstMonth: 5, values: seasonal })!;
    found.forEach((effect, month) => expect(effect).toBeCloseTo(PATTERN[month]!, 10));
    expect(computeMonthEffects({ firstMonth: 5, values: seasonal.slice(0, 60) })).toBeNull();
  });
});
