import { describe, expect, it } from 'vitest';
import { readVersion } from '../../../services/agents/versions.ts';
import {
  computeStabilizingBalance,
  computeSteadyDebt,
  projectDebt as projectDebtBy,
  projectDebtScenarios as projectDebtScenariosBy,
  scoreScenarioAgreement as scoreScenarioAgreementBy,
  type DebtInput,
} from '../../../shared/numeric/dsa.ts';
import {
  computeExpectedPath as computeExpectedPathBy,
  computeRealRatePct,
  computeRStarFactor as computeRStarFactorBy,
  computeTaylor1993,
  computeTaylorBr as computeTaylorBrBy,
  computeTermPremium,
  scorePolicyGap as scorePolicyGapBy,
  type TaylorInput,
} from '../../../shared/numeric/taylor.ts';

// The numbers of model version 1.
const { taylor, selicPath } = readVersion('agent_monetary_policy', '1').parameters;
const { debtSustainability } = readVersion('agent_fiscal', '1').parameters;
const computeTaylorBr = (input: TaylorInput) => computeTaylorBrBy(input, taylor);
const scorePolicyGap = (policyGap: number) => scorePolicyGapBy(policyGap, taylor);
const computeRStarFactor = (variance: number) => computeRStarFactorBy(variance, taylor.minCertainty);
const computeExpectedPath = (selic: number, iStar: number) => computeExpectedPathBy(selic, iStar, selicPath);
const projectDebt = (input: DebtInput, years = debtSustainability.years) => projectDebtBy(input, years);
const projectDebtScenarios = (input: DebtInput) => projectDebtScenariosBy(input, debtSustainability);
const scoreScenarioAgreement = (scenarios: Parameters<typeof scoreScenarioAgreementBy>[0]) =>
  scoreScenarioAgreementBy(scenarios, debtSustainability.agreement);

describe('Taylor rules', () => {
  it.each([
    [2, 0, 4],
    [3, 0, 5.5],
    [4, 1, 7.5],
    [1, -2, 1.5],
  ])('E1: inflation %d and gap %d ask for %d', (inflation, gap, expected) => {
    expect(computeTaylor1993(inflation, gap)).toBeCloseTo(expected, 12);
  });

  it('E2: the Brazilian rule and the confidence at its boundary', () => {
    const iStar = computeTaylorBr({ rStar: 4.5, expected: 4, target: 3, gap: -1, inertia: 0 });
    expect(iStar).toBe(9.5);
    expect(scorePolicyGap(10.5 - iStar)).toBe(0.6);
    expect([scorePolicyGap(0.99), scorePolicyGap(-1.49), scorePolicyGap(-1.5)]).toEqual([null, 0.6, 0.85]);
  });

  it.each([
    [0.094, 0.847],
    [0.11, 0.834],
    [2, 0.3],
  ])('weighs the variance %d of r* by %d', (variance, expected) => {
    expect(computeRStarFactor(variance)).toBeCloseTo(expected, 3);
  });

  it.each([
    [10.5, 9.5, 9.9159193],
    [15, 11, 12.6614237],
  ])('averages the path from %d to %d', (selic, iStar, expected) => {
    expect(computeExpectedPath(selic, iStar)).toBeCloseTo(expected, 7);
  });

  it('deflates and takes the premium by compounding', () => {
    expect(computeRealRatePct(10.5, 4)).toBeCloseTo(6.25, 12);
    expect(computeRealRatePct(10.5, -100)).toBeNull();
    expect(computeTermPremium(12, 5, 4)).toBeCloseTo(12 - 9.2, 12);
    expect(computeExpectedPath(-100, -100)).toBeNull();
  });
});

describe('debt dynamics', () => {
  const input = { debt: 78, rate: 6, growth: 2, primary: -0.5 };

  it('E3: five years of four scenarios', () => {
    const scenarios = projectDebtScenarios(input)!;
    const last = Object.fromEntries(
      Object.entries(scenarios).map(([name, { path }]) => [name, path.at(-1)!]),
    );
    expect(last['baseline']).toBeCloseTo(97.245546, 6);
    expect(last['stress']).toBeCloseTo(114.787981, 6);
    expect(last['adjustment']).toBeCloseTo(89.133787, 6);
    expect(last['tailwind']).toBeCloseTo(88.471663, 6);
    [81.558824, 85.257209, 89.100629, 93.094771, 97.245546].forEach((expected, i) =>
      expect(scenarios.baseline.path[i]).toBeCloseTo(expected, 6),
    );
    expect(Math.abs(last['baseline']! - 94.568666)).toBeGreaterThan(1);
    expect(Math.abs(last['adjustment']! - 94.487548)).toBeGreaterThan(1);
    expect(computeStabilizingBalance(input)).toBeCloseTo(3.0588235, 6);
    expect(scenarios.baseline.change).toBeGreaterThan(5);
    expect(scoreScenarioAgreement(scenarios)).toBe(1);
  });

  it('counts the scenarios that move with the baseline', () => {
    const balanced = projectDebtScenarios({ debt: 78, rate: 2, growth: 2, primary: -0.5 })!;
    expect(Object.values(balanced).map(({ change }) => Math.sign(change))).toEqual([1, 1, -1, -1]);
    expect(scoreScenarioAgreement(balanced)).toBe(0.4);
  });

  it('E4: nominal and real form agree', () => {
    const realRate = computeRealRatePct(10.5, 4)!;
    const nominalGrowth = (1.02 * 1.04 - 1) * 100;
    expect(projectDebt({ debt: 78, rate: realRate, growth: 2, primary: -0.5 }, 1)![0]).toBeCloseTo(81.75, 9);
    expect(projectDebt({ debt: 78, rate: 10.5, growth: nominalGrowth, primary: -0.5 }, 1)![0]).toBeCloseTo(
      81.75,
      9,
    );
  });

  it('E5: r = g without a primary balance holds the ratio', () => {
    expect(projectDebt({ debt: 60, rate: 3, growth: 3, primary: 0 })).toEqual([60, 60, 60, 60, 60]);
  });

  it('E6: stabilizing balance', () => {
    expect(computeStabilizingBalance({ debt: 0.5, rate: 4, growth: 2 }, 'continuous')).toBeCloseTo(0.01, 12);
    expect(computeStabilizingBalance({ debt: 0.5, rate: 4, growth: 2 })).toBeCloseTo(0.0098039, 7);
    expect(computeStabilizingBalance({ debt: 0.5, rate: 2, growth: 4 }, 'continuous')).toBeCloseTo(-0.01, 12);
    expect(computeStabilizingBalance({ debt: 0.5, rate: 2, growth: -100 })).toBeNull();
  });

  it('E7: the Maastricht arithmetic', () => {
    expect(computeSteadyDebt(3, 5, 'continuous')).toBeCloseTo(60, 12);
    expect(computeSteadyDebt(3, 5)).toBeCloseTo(63, 12);
    expect(computeSteadyDebt(3, 0)).toBeNull();
    const settled = projectDebt({ debt: 20, rate: 0, growth: 5, primary: -3 }, 400)!.at(-1)!;
    expect(settled).toBeCloseTo(63, 6);
  });

  it('has no path when output vanishes', () => {
    expect(projectDebt({ ...input, growth: -100 })).toBeNull();
    expect(projectDebtScenarios({ ...input, growth: -99.5 })).toBeNull();
  });
});
