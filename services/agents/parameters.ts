import type { AgentName } from '../../shared/pipeline/graph.ts';

/** Ceilings on confidence: an input is a substitute, a model stands in for a consensus, the expectation is the blend. */
const CAPS = { proxy: 0.49, surpriseSubstitute: 0.6, expectationBlend: 0.6 };

/** Share of the 12-month expectation in long-run expected inflation; the target has the rest. */
const LONG_RUN_SHARE = 0.2;

const INFLATION_1 = {
  /** Weights of the sub-signals in INFLATION_BR_COMPOSITE. */
  composite: {
    INFLATION_BR_PHILLIPS: 0.35,
    INFLATION_BR_BOTTOMUP: 0.3,
    INFLATION_BR_SURPRISE: 0.2,
    INFLATION_BR_PERSISTENCE: 0.15,
  },
  expectation: { tenor: '18M', longRunShare: LONG_RUN_SHARE },
  phillips: {
    /** Months from the regressors to the core they explain. */
    horizon: 12,
    maxRows: 120,
    minRows: 36,
    sessionsPerYear: 252,
    /** Condition number of the standardized columns above which commodity, then USDBRL, is dropped. */
    maxCondition: 30,
    /** Percentage points. */
    minGap: 0.5,
    fullConfidenceGap: 3,
  },
  bottomUp: {
    seasonMonths: 60,
    minMonths: 12,
    minGroups: 3,
    weightMonths: 24,
    horizon: 12,
    /** Share of the usual rate of a calendar month; the rate of the last year has the rest. */
    seasonShare: 0.5,
    /** Percentage points. */
    fullConfidenceGap: 3,
  },
  surprise: {
    /** Months of surprises: the latest ones and the history before them. */
    window: 39,
    /** Latest surprises and the least history that the z-score accepts. */
    minSurprises: 27,
    /** Months before the first forecast of the seasonal model. */
    burnIn: 24,
    /** Earlier years of a calendar month that its mean difference to IPCA-15 needs. */
    minSameMonths: 3,
    z: { recent: 3, history: 36, minHistory: 24 },
    minZ: 1.65,
    strongZ: 2.58,
    cap: CAPS.surpriseSubstitute,
  },
  persistence: {
    minComponents: 2,
    weights: { diffusion: 0.25, coreAcceleration: 0.25, services: 0.25, expectations: 0.25 },
    accelerationSlope: 10,
    servicesSlope: 10,
    expectationsSlope: 20,
    /** Services run above headline by about this much when inflation is at target, percentage points. */
    servicesPremium: 1.5,
    low: 40,
    high: 60,
    cap: CAPS.expectationBlend,
  },
  usTrend: {
    /** Goal of the Federal Reserve for PCE inflation, percent a year. */
    fedTarget: 2,
    /** Added when supercore agrees, taken off when it does not. */
    agreement: 0.1,
    recentMonths: 3,
    /** Percentage points. */
    fullConfidenceGap: 2,
    cap: CAPS.proxy,
  },
};

const MONETARY_POLICY_1 = {
  composite: {
    MONETARY_BR_TAYLOR: 0.5,
    MONETARY_BR_SELIC_PATH: 0.3,
    MONETARY_BR_TERM_PREMIUM: 0.2,
  },
  /** Random walk of r*: variances in percent²; the start variance is the steady state of its own filter. */
  neutralRate: {
    stateVariance: 0.0025,
    realRateVariance: 9,
    gapVariance: 1,
    gapSlope: 0.3,
    mean: 4.75,
    variance: 0.11,
    /** Months with an observation before r* counts as estimated. */
    minMonths: 24,
  },
  policyRate: { meetingsBack: 3, monthsBack: 5 },
  taylor: {
    /** Response to expected inflation above target, beyond the one-for-one of the expectation itself. */
    alpha: 1.5,
    gapWeight: 0.5,
    inertiaWeight: 0.5,
    /** Confidence by the size of the policy gap, percentage points. */
    minGap: 1,
    largeGap: 1.5,
    confidence: 0.6,
    largeConfidence: 0.85,
    /** Least factor that the uncertainty of r* leaves. */
    minCertainty: 0.3,
    caps: { proxy: CAPS.proxy, expectationBlend: CAPS.expectationBlend },
  },
  selicPath: {
    tenor: '1Y',
    meetings: 8,
    persistence: 0.8,
    /** Percentage points. */
    minDistance: 0.5,
    fullDistance: 2,
  },
  termPremium: {
    tenor: '10Y',
    longRunShare: LONG_RUN_SHARE,
    /** Month-ends. */
    maxHistory: 24,
    minHistory: 12,
    minZ: 0.5,
    activeZ: 1.5,
    fullZ: 3,
  },
  fedStance: {
    /** Percentage points. */
    minDistance: 0.5,
    fullDistance: 2,
    cap: CAPS.proxy,
  },
  context: { sessions: 63 },
};

const FISCAL_1 = {
  composite: { FISCAL_BR_DSA: 1 / 3, FISCAL_BR_IMPULSE: 1 / 3, FISCAL_BR_DOMINANCE_RISK: 1 / 3 },
  debtSustainability: {
    tenor: '5Y',
    tenorDays: 5 * 365,
    years: 5,
    minBalanceMonths: 12,
    /** Percent of GDP. */
    minChange: 5,
    /** Shifts of rate, growth and primary balance, percentage points. */
    scenarios: {
      baseline: { rate: 0, growth: 0, primary: 0 },
      stress: { rate: 2, growth: -1, primary: -0.5 },
      adjustment: { rate: 0, growth: 0, primary: 1.5 },
      tailwind: { rate: -1, growth: 1, primary: 0 },
    },
    /** Confidence by the number of scenarios that move the way the baseline does. */
    agreement: [0.05, 0.2, 0.4, 0.7, 1],
    cap: CAPS.proxy,
  },
  impulse: {
    /** Twelve-month changes compared, the latest included: 48 months of balance. */
    window: 36,
    minZ: 1,
    fullZ: 2,
  },
  dominance: {
    weights: { debt: 0.35, rMinusG: 0.3, primaryChange: 0.2, deviation: 0.15 },
    /** What scores 0 and 100: percent of GDP, percent, percentage points, percentage points. */
    ranges: {
      debt: { from: 30, to: 90 },
      rMinusG: { from: -5, to: 5 },
      primaryChange: { from: 1, to: -1 },
      deviation: { from: 0, to: 3 },
    },
    minPresent: 2,
    low: 33,
    high: 66,
    /** When the expectation is the blend. */
    cap: CAPS.expectationBlend,
  },
  context: { sessions: 63 },
};

const FX_EQUILIBRIUM_1 = {
  composite: { FX_BR_BEER: 0.4, FX_BR_CARRY_RISK: 0.3, FX_BR_FLOW: 0.2, FX_BR_CIP_BASIS: 0.1 },
  beer: {
    firstMonth: '2010-01',
    /** Rows a regression needs, and months a predictor needs to take part in it. */
    minRows: 24,
    minPredictors: 2,
    tenor: '5Y',
    tenorDays: 1_825,
    longRunShare: LONG_RUN_SHARE,
    /** Lags that the cointegration test chooses from. */
    maxLags: 6,
    fireAtPct: 5,
    fullConfidenceAtPct: 15,
    /** Months that the newest complete predictors may lie behind the month before the spot. */
    staleMonths: 3,
    cap: CAPS.proxy,
  },
  carryRisk: {
    /** Sessions of the volatility that carry is divided by. */
    volSessions: 30,
    /** Month-ends that the current ratio is compared with. */
    months: 36,
    fireAt: 1,
    fullConfidenceAt: 2,
  },
  flow: {
    /** Months of a flow z-score, the current one included. */
    months: 24,
    fireAt: 0.5,
    fullConfidenceAt: 2,
    /** The flow of a week is published on the next Wednesday: a month is complete within two weeks of its end. */
    staleMonths: 2,
  },
  cipBasis: { tenor: '1Y', fullConfidenceAtPp: 5, cap: CAPS.proxy },
  context: { sessions: 252 },
};

const CROSS_ASSET_1 = {
  readings: {
    /** Sessions of a z-score, the current one included. */
    zSessions: 252,
    /** Weeks of the z-score of the FX flow, the current one included. */
    zWeeks: 52,
    credit: {
      tenor: '5Y',
      /** Quantiles of its own past between which the Brazil–US spread is scored. */
      greedQuantile: 0.05,
      fearQuantile: 0.95,
      windowDays: 5 * 365,
      minDays: 3 * 365,
    },
  },
  correlation: {
    /** Pairs of changes in one correlation, and how many windows before it it is compared with. */
    window: 63,
    pastWindows: 7,
    /** Independent observations in a window of overlapping two-day returns. */
    twoDayEffective: 42,
    /** Five pairs: 4.8 % false alarms. */
    breakAt: 2.58,
    fullConfidenceAt: 4,
    yieldTenor: '5Y',
  },
  sentiment: {
    minComponents: 3,
    fear: 30,
    greed: 70,
    weights: { vix: 0.25, hyBp: 0.2, dxy: 0.15, cftcZ: 0.15, flowZ: 0.15, creditBp: 0.1 },
    /** What scores 0 and 100: points, basis points, index points, z-scores. The spread is scored against its own past. */
    ranges: {
      vix: { from: 40, to: 10 },
      hyBp: { from: 1000, to: 300 },
      dxy: { from: 115, to: 90 },
      cftcZ: { from: -2, to: 2 },
      flowZ: { from: -2, to: 2 },
    },
  },
  riskRegime: {
    minComponents: 3,
    fireAt: 0.2,
    /** Mean risk-off contribution that is the end of the scale. */
    fullMean: 2,
    fullConfidenceAt: 0.5,
    fiscalMiddle: 50,
    fiscalScale: 25,
  },
  macroRegime: {
    firstMonth: '2010-01',
    /** Months of a feature's z-score, the current one included, and how many it needs. */
    zMonths: 60,
    zMinMonths: 36,
    momentumSessions: 63,
    fxVolSessions: 21,
    /** Where each regime sits in the plane of growth and inflation z-scores. */
    centroids: {
      Goldilocks: { growth: 0.5, inflation: -0.25 },
      Reflation: { growth: 0.5, inflation: 1 },
      Stagflation: { growth: -0.5, inflation: 1 },
      Deflation: { growth: -0.5, inflation: -1 },
    },
    /** The rule without the model: the line between low and high inflation, and the share of the regime it names. */
    rule: { inflationLine: 0.5, probability: 0.7 },
    hmm: {
      minRows: 120,
      /** The first start is the centroids; each seed perturbs them. */
      seeds: [11, 23, 42, 71],
      startNoise: 0.25,
      minOccupancy: 0.05,
      maxIterations: 100,
      tolerance: 1e-4,
      varianceFloor: 1e-3,
      startPersistence: 0.85,
    },
  },
  view: {
    topTrades: 3,
    /** Size of a position that contradicts another view. */
    contradictionSize: 0.5,
    /** Sentiment below which the market is fearful. */
    fear: 30,
    tailRisk: { vix: 30, hy: 30, badRegime: 40, bands: { moderate: 30, elevated: 50, critical: 70 } },
  },
};

export type InflationParameters = typeof INFLATION_1;
export type MonetaryPolicyParameters = typeof MONETARY_POLICY_1;
export type FiscalParameters = typeof FISCAL_1;
export type FxEquilibriumParameters = typeof FX_EQUILIBRIUM_1;
export type CrossAssetParameters = typeof CROSS_ASSET_1;

/** The parameters of each agent's models. */
export interface ParametersOf {
  readonly agent_inflation: InflationParameters;
  readonly agent_monetary_policy: MonetaryPolicyParameters;
  readonly agent_fiscal: FiscalParameters;
  readonly agent_fx_equilibrium: FxEquilibriumParameters;
  readonly agent_cross_asset: CrossAssetParameters;
}

/**
 * Every number that the models of an agent may be tuned with, by agent and model version. A version that has been
 * released is never edited (`tests/unit/agents/parameters.test.ts` holds its hash): another number is another version.
 */
export const PARAMETERS: {
  readonly [Agent in AgentName]: Readonly<Record<string, ParametersOf[Agent]>>;
} = {
  agent_inflation: { 1: INFLATION_1 },
  agent_monetary_policy: {
    1: MONETARY_POLICY_1,
    // Taylor (1999): twice the weight on the activity gap.
    2: { ...MONETARY_POLICY_1, taylor: { ...MONETARY_POLICY_1.taylor, gapWeight: 1 } },
  },
  agent_fiscal: { 1: FISCAL_1 },
  agent_fx_equilibrium: { 1: FX_EQUILIBRIUM_1 },
  agent_cross_asset: { 1: CROSS_ASSET_1 },
};
