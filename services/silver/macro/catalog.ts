import { IPCA_GROUPS } from '../../../shared/economics/ipca-groups.ts';
import { HAMILTON_STEPS } from '../../../shared/numeric/hamilton.ts';
import { HP_LAMBDA } from '../../../shared/numeric/hp.ts';
import type { Formula } from './as-of.ts';
import { publishedOrShareRising, shareRising, trimmedMean } from './breadth.ts';
import { blendTargetAndInflation, rateDeflated, rateMinusExpected } from './expectations.ts';
import {
  averageOver,
  distanceToTrend,
  gapToHamilton,
  gapToHpTrend,
  gapToPotential,
  naturalMinusActual,
} from './gaps.ts';
import {
  changeOver,
  compound3mAnnualized,
  compoundYear,
  growIndex,
  growIndex3mAnnualized,
} from './growth.ts';
import type { PeriodFrequency } from './period.ts';
import { surpriseInDeviations, surpriseToMidMonth, surpriseToSeason } from './surprises.ts';

/** Name of a transform as stored. */
type TransformName =
  | 'yoy'
  | 'mom'
  | 'qoq'
  | 'saar3'
  | 'annualised_3m_nsa'
  | 'change'
  | 'momentum_1'
  | 'momentum_3'
  | 'momentum_6'
  | 'momentum_12';

/** A value computed from the levels of one series, stored under the key of that series. */
interface Transform {
  readonly unit: string;
  readonly formula: Formula;
}

const YOY = 'percent_12_months';
const YEARLY = 'percent_per_year';
const POINTS = 'percentage_points';

const YOY_M: Transform = { unit: YOY, formula: growIndex(12, 'M') };
const YOY_Q: Transform = { unit: YOY, formula: growIndex(4, 'Q') };
const MOM: Transform = { unit: 'percent_per_month', formula: growIndex(1, 'M') };
const QOQ: Transform = { unit: 'percent_per_quarter', formula: growIndex(1, 'Q') };
const SAAR3: Transform = { unit: YEARLY, formula: growIndex3mAnnualized };

type Transforms = Readonly<Partial<Record<TransformName, Transform>>>;

/** Momentum of a monthly percentage. The difference of an index would grow with its level: indices have growth instead. */
const MOMENTUM: Transforms = {
  momentum_1: { unit: POINTS, formula: changeOver(1) },
  momentum_3: { unit: POINTS, formula: changeOver(3) },
  momentum_6: { unit: POINTS, formula: changeOver(6) },
  momentum_12: { unit: POINTS, formula: changeOver(12) },
};
/** Monthly changes in percent, not seasonally adjusted. */
const FROM_CHANGES: Transforms = {
  ...MOMENTUM,
  yoy: { unit: YOY, formula: compoundYear },
  annualised_3m_nsa: { unit: YEARLY, formula: compound3mAnnualized },
};
/** Monthly indices and amounts, seasonally adjusted: the only ones that may be annualised. */
const FROM_INDEX_SA: Transforms = { yoy: YOY_M, mom: MOM, saar3: SAAR3 };
const FROM_INDEX_NSA: Transforms = { yoy: YOY_M, mom: MOM };
const FROM_QUARTERS_SA: Transforms = { yoy: YOY_Q, qoq: QOQ };
const FROM_QUARTERS_NSA: Transforms = { yoy: YOY_Q };

/**
 * What is computed from each series besides its `level`, which every enabled series has. A new series is one line here
 * and one line in its provider's registry.
 */
export const TRANSFORMS: Readonly<Record<string, Transforms>> = {
  BR_IPCA_MOM: FROM_CHANGES,
  BR_IPCA15_MOM: FROM_CHANGES,
  BR_IPCA_CORE_EX0: FROM_CHANGES,
  BR_IPCA_CORE_EX1: FROM_CHANGES,
  BR_IPCA_CORE_EX2: FROM_CHANGES,
  BR_IPCA_CORE_EX3: FROM_CHANGES,
  BR_IPCA_CORE_MA: FROM_CHANGES,
  BR_IPCA_CORE_MS: FROM_CHANGES,
  BR_IPCA_CORE_DP: FROM_CHANGES,
  BR_IPCA_CORE_P55: FROM_CHANGES,
  BR_IPCA_CORE_EX_FE: FROM_CHANGES,
  BR_IPCA_SERVICES: FROM_CHANGES,
  BR_IPCA_INDUSTRIAL: FROM_CHANGES,
  BR_IPCA_NONDUR: FROM_CHANGES,
  BR_IPCA_SEMIDUR: FROM_CHANGES,
  BR_IPCA_DURABLE: FROM_CHANGES,
  BR_IPCA_TRADABLE: FROM_CHANGES,
  BR_IPCA_NONTRADABLE: FROM_CHANGES,
  BR_IPCA_MONITORED: FROM_CHANGES,
  BR_IPCA_FREE: FROM_CHANGES,
  BR_IPCA_COMP_FOOD: FROM_CHANGES,
  BR_IPCA_COMP_FOOD_HOME: FROM_CHANGES,
  BR_IPCA_COMP_HOUSING: FROM_CHANGES,
  BR_IPCA_COMP_HOUSEHOLD: FROM_CHANGES,
  BR_IPCA_COMP_CLOTHING: FROM_CHANGES,
  BR_IPCA_COMP_TRANSPORT: FROM_CHANGES,
  BR_IPCA_COMP_COMMUNICATION: FROM_CHANGES,
  BR_IPCA_COMP_HEALTH: FROM_CHANGES,
  BR_IPCA_COMP_PERSONAL: FROM_CHANGES,
  BR_IPCA_COMP_EDUCATION: FROM_CHANGES,
  BR_INPC_MOM: FROM_CHANGES,
  BR_IGP_M_MOM: FROM_CHANGES,
  BR_IGP_DI_MOM: FROM_CHANGES,
  BR_IPA_M_MOM: FROM_CHANGES,
  BR_IPC_FIPE_MOM: FROM_CHANGES,
  BR_GDP_QOQ: FROM_QUARTERS_SA,
  BR_GDP_NSA: FROM_QUARTERS_NSA,
  BR_IBC_BR: FROM_INDEX_SA,
  BR_IBC_BR_NSA: FROM_INDEX_NSA,
  BR_INDUSTRIAL_PROD: FROM_INDEX_NSA,
  BR_INDUSTRIAL_PROD_SA: FROM_INDEX_SA,
  BR_RETAIL_CORE: FROM_INDEX_NSA,
  BR_RETAIL_CORE_SA: FROM_INDEX_SA,
  BR_RETAIL_BROAD: FROM_INDEX_SA,
  BR_ICBR_USD: FROM_INDEX_NSA,
  BR_ICBR_BRL: FROM_INDEX_NSA,
  BR_REER_IPCA: FROM_INDEX_NSA,
  BR_IPCA_DIFFUSION: MOMENTUM,
  BR_UNEMPLOYMENT: MOMENTUM,
  BR_CAPACITY_UTIL: MOMENTUM,
  BR_CAGED_NET: { change: { unit: 'persons', formula: changeOver(1) } },
  US_CPI_ALL_SA: FROM_INDEX_SA,
  US_CPI_ALL_NSA: FROM_INDEX_NSA,
  US_CPI_CORE: FROM_INDEX_SA,
  US_PCE_HEADLINE: FROM_INDEX_SA,
  US_PCE_CORE: FROM_INDEX_SA,
  US_PCE_SUPERCORE: FROM_INDEX_SA,
  US_PPI_ALL: FROM_INDEX_NSA,
  US_PERSONAL_INCOME: FROM_INDEX_SA,
  US_PERSONAL_SPENDING: FROM_INDEX_SA,
  US_AVG_HOURLY_EARN: FROM_INDEX_SA,
  US_NFP_TOTAL: FROM_INDEX_SA,
  US_NFP_PRIVATE: FROM_INDEX_SA,
  US_INDPRO: FROM_INDEX_SA,
  US_RETAIL_TOTAL: FROM_INDEX_SA,
  US_RETAIL_EX_AUTO: FROM_INDEX_SA,
  US_UNEMP_U3: MOMENTUM,
  US_UNEMP_U6: MOMENTUM,
  US_LABOR_FORCE_PART: MOMENTUM,
  US_CAP_UTIL: MOMENTUM,
  US_GDP_REAL: FROM_QUARTERS_SA,
};

/** One input of a derived series: a level or a transform of a series, or the last value of each month of a daily one. */
export interface Input {
  readonly key: string;
  readonly transform: 'level' | 'month_end' | TransformName;
}

/** A series of its own (transform `level`) that follows from others, wherever they come from. */
export interface DerivedSeries {
  readonly key: string;
  readonly unit: string;
  readonly frequency: PeriodFrequency;
  readonly inputs: readonly Input[];
  readonly formula: Formula;
}

const level = (key: string): Input => ({ key, transform: 'level' });

const PERCENT = 'percent';

const DEVIATIONS = 'standard_deviations';
const GROUP_LEVELS = IPCA_GROUPS.map(({ key }) => level(key));

/** Weights of the activity gap: output, labour, capacity. */
const ACTIVITY_WEIGHTS = [0.4, 0.35, 0.25];

/** Derived series; an input that is derived itself stands above. */
export const DERIVED_SERIES: readonly DerivedSeries[] = [
  // Never the unadjusted BR_IBC_BR_NSA: its season would be read as a gap.
  {
    key: 'BR_OUTPUT_GAP',
    unit: PERCENT,
    frequency: 'M',
    inputs: [level('BR_IBC_BR')],
    formula: gapToHpTrend(HP_LAMBDA.monthly),
  },
  {
    key: 'BR_OUTPUT_GAP_HAMILTON',
    unit: PERCENT,
    frequency: 'M',
    inputs: [level('BR_IBC_BR')],
    formula: gapToHamilton(HAMILTON_STEPS.monthly),
  },
  {
    key: 'BR_LABOUR_GAP',
    unit: POINTS,
    frequency: 'M',
    inputs: [level('BR_UNEMPLOYMENT')],
    formula: distanceToTrend(HP_LAMBDA.monthly, -1),
  },
  {
    key: 'BR_CAPACITY_GAP',
    unit: POINTS,
    frequency: 'M',
    inputs: [level('BR_CAPACITY_UTIL')],
    formula: distanceToTrend(HP_LAMBDA.monthly, 1),
  },
  {
    key: 'BR_ACTIVITY_GAP',
    unit: POINTS,
    frequency: 'M',
    inputs: [level('BR_OUTPUT_GAP'), level('BR_LABOUR_GAP'), level('BR_CAPACITY_GAP')],
    formula: averageOver(ACTIVITY_WEIGHTS),
  },
  {
    key: 'US_OUTPUT_GAP',
    unit: PERCENT,
    frequency: 'Q',
    inputs: [level('US_GDP_REAL'), level('US_GDP_POTENTIAL')],
    formula: gapToPotential,
  },
  {
    key: 'US_OUTPUT_GAP_HP',
    unit: PERCENT,
    frequency: 'Q',
    inputs: [level('US_GDP_REAL')],
    formula: gapToHpTrend(HP_LAMBDA.quarterly),
  },
  {
    key: 'US_OUTPUT_GAP_HAMILTON',
    unit: PERCENT,
    frequency: 'Q',
    inputs: [level('US_GDP_REAL')],
    formula: gapToHamilton(HAMILTON_STEPS.quarterly),
  },
  {
    key: 'US_UNEMPLOYMENT_GAP',
    unit: POINTS,
    frequency: 'M',
    inputs: [level('US_UNEMP_U3'), level('US_NROU')],
    formula: naturalMinusActual,
  },
  {
    key: 'BR_INFLATION_EXPECTATION_BLEND',
    unit: YOY,
    frequency: 'M',
    inputs: [{ key: 'BR_IPCA_MOM', transform: 'yoy' }],
    formula: blendTargetAndInflation,
  },
  {
    key: 'BR_REAL_RATE_EX_ANTE',
    unit: YEARLY,
    frequency: 'M',
    inputs: [{ key: 'BR_SELIC_TARGET', transform: 'month_end' }, level('BR_INFLATION_EXPECTATION_BLEND')],
    formula: rateMinusExpected,
  },
  {
    key: 'BR_REAL_RATE_EX_ANTE_FISHER',
    unit: YEARLY,
    frequency: 'M',
    inputs: [{ key: 'BR_SELIC_TARGET', transform: 'month_end' }, level('BR_INFLATION_EXPECTATION_BLEND')],
    formula: rateDeflated,
  },
  {
    key: 'BR_IPCA_DIFFUSION_GROUPS',
    unit: PERCENT,
    frequency: 'M',
    inputs: GROUP_LEVELS,
    formula: shareRising,
  },
  // The published index counts some 377 items, the groups are nine: `inputs` says which of them a month rests on.
  {
    key: 'BR_IPCA_DIFFUSION_BEST',
    unit: PERCENT,
    frequency: 'M',
    inputs: [level('BR_IPCA_DIFFUSION'), ...GROUP_LEVELS],
    formula: publishedOrShareRising,
  },
  // Without weights: BR_IPCA_CORE_MA is the published trimmed mean.
  {
    key: 'BR_IPCA_TRIMMED_GROUPS',
    unit: 'percent_per_month',
    frequency: 'M',
    inputs: GROUP_LEVELS,
    formula: trimmedMean,
  },
  {
    key: 'BR_IPCA_SURPRISE_MID_MONTH',
    unit: POINTS,
    frequency: 'M',
    inputs: [level('BR_IPCA_MOM'), level('BR_IPCA15_MOM')],
    formula: surpriseToMidMonth,
  },
  {
    key: 'BR_IPCA_SURPRISE_MID_MONTH_Z',
    unit: DEVIATIONS,
    frequency: 'M',
    inputs: [level('BR_IPCA_SURPRISE_MID_MONTH')],
    formula: surpriseInDeviations,
  },
  {
    key: 'BR_IPCA_SURPRISE_SEASONAL',
    unit: POINTS,
    frequency: 'M',
    inputs: [level('BR_IPCA_MOM')],
    formula: surpriseToSeason,
  },
  {
    key: 'BR_IPCA_SURPRISE_SEASONAL_Z',
    unit: DEVIATIONS,
    frequency: 'M',
    inputs: [level('BR_IPCA_SURPRISE_SEASONAL')],
    formula: surpriseInDeviations,
  },
];
