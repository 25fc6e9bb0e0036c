/** Debt and primary balance in percent of GDP; `rate` and `growth` percent a year, both real or both nominal. */
export type DebtInput = { debt: number; rate: number; growth: number; primary: number };

export type DsaScenario = 'baseline' | 'stress' | 'adjustment' | 'tailwind';

/** The four scenarios, as shifts of rate, growth and primary balance in percentage points, over a number of years. */
export type DsaPlan = {
  scenarios: Record<DsaScenario, Omit<DebtInput, 'debt'>>;
  years: number;
};

/** Debt path of a scenario (years 1…n, percent of GDP) and its change over the horizon in pp. */
export type DebtPath = { path: number[]; change: number };

/** `d_{t+1} = d_t(1 + r/100)/(1 + g/100) − pb`, percent of GDP for years 1…`years`. Null when g ≤ −100. */
export function projectDebt({ debt, rate, growth, primary }: DebtInput, years: number): number[] | null {
  if (!(growth > -100)) return null;
  const factor = (1 + rate / 100) / (1 + growth / 100);
  let level = debt;
  return Array.from({ length: years }, () => (level = level * factor - primary));
}

/** The four scenarios around the input. Null when growth is −100 % or less in one of them. */
export function projectDebtScenarios(
  input: DebtInput,
  { scenarios, years }: DsaPlan,
): Record<DsaScenario, DebtPath> | null {
  const project = (scenario: DsaScenario): DebtPath | null => {
    const shift = scenarios[scenario];
    const shifted = {
      debt: input.debt,
      rate: input.rate + shift.rate,
      growth: input.growth + shift.growth,
      primary: input.primary + shift.primary,
    };
    const path = projectDebt(shifted, years);
    return path && { path, change: (path.at(-1) ?? input.debt) - input.debt };
  };
  const baseline = project('baseline');
  const stress = project('stress');
  const adjustment = project('adjustment');
  const tailwind = project('tailwind');
  return baseline && stress && adjustment && tailwind ? { baseline, stress, adjustment, tailwind } : null;
}

/** Confidence by the number of scenarios that move the way the baseline does: `confidence[n]` for n of them. */
export function scoreScenarioAgreement(
  scenarios: Record<DsaScenario, DebtPath>,
  confidence: readonly number[],
): number {
  const direction = Math.sign(scenarios.baseline.change);
  const agreeing = Object.values(scenarios).filter(({ change }) => Math.sign(change) === direction).length;
  return confidence[agreeing]!;
}

/**
 * Primary balance that holds the debt ratio, percent of GDP: `d·(r − g)/(100 + g)` by year, or `d·(r − g)/100` in
 * continuous time. Null when g ≤ −100.
 */
export function computeStabilizingBalance(
  { debt, rate, growth }: Omit<DebtInput, 'primary'>,
  timing: 'annual' | 'continuous' = 'annual',
): number | null {
  if (!(growth > -100)) return null;
  return (debt * (rate - growth)) / (timing === 'annual' ? 100 + growth : 100);
}

/**
 * Debt ratio that a constant overall deficit leads to, percent of GDP: `deficit·(100 + g)/g` by year, or `100·deficit/g`
 * in continuous time. Null unless nominal growth is positive.
 */
export function computeSteadyDebt(
  deficit: number,
  nominalGrowth: number,
  timing: 'annual' | 'continuous' = 'annual',
): number | null {
  if (!(nominalGrowth > 0)) return null;
  return (deficit * (timing === 'annual' ? 100 + nominalGrowth : 100)) / nominalGrowth;
}
