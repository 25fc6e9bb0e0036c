import type { Regime } from '../../../shared/numeric/regime.ts';
import type { CrossAssetParameters } from '../parameters.ts';

type ViewParameters = CrossAssetParameters['view'];

/** Direction of a view, with its confidence 0–1; only signals that ran (status OK) take part. */
export interface Stance {
  readonly direction: string;
  readonly confidence: number;
  readonly value: number | null;
}

/** Both sides of every rule; null = that side has no view, and its rules cannot fire. */
export interface ConsistencyInput {
  /** FX_BR_COMPOSITE: LONG = USD up. */
  readonly fx: Stance | null;
  /** MONETARY_BR_COMPOSITE: LONG = yields up. */
  readonly rates: Stance | null;
  /** INFLATION_BR_COMPOSITE: LONG = inflation up. */
  readonly inflation: Stance | null;
  /** FISCAL_BR_COMPOSITE: LONG = stress, USD up. */
  readonly fiscal: Stance | null;
  /** CROSSASSET_SENTIMENT: LONG = risk assets up, value 0–100. */
  readonly sentiment: Stance | null;
  /** CROSSASSET_REGIME: LONG = risk assets up. */
  readonly riskRegime: Stance | null;
  readonly regime: Regime | null;
}

export type ConsistencyRule =
  | 'FX_RATES_CONTRADICTION'
  | 'EQUITY_RATES_CONTRADICTION'
  | 'REGIME_FX_MISMATCH'
  | 'REGIME_EQUITY_MISMATCH'
  | 'INFLATION_RATES_CONTRADICTION'
  | 'RISK_APPETITE_DIRECTION'
  | 'SOVEREIGN_FX_DIVERGENCE';

/** Two views that do not go together; positions in the instruments are halved. */
export interface ConsistencyIssue {
  readonly rule: ConsistencyRule;
  readonly instruments: readonly string[];
  readonly severity: 'warning';
  readonly size: number;
  readonly detail: string;
}

interface RuleDefinition {
  readonly rule: ConsistencyRule;
  readonly instruments: readonly string[];
  readonly detail: string;
  readonly fires: (input: ConsistencyInput, parameters: ViewParameters) => boolean;
}

const isLong = (stance: Stance | null): boolean => stance?.direction === 'LONG';
const isShort = (stance: Stance | null): boolean => stance?.direction === 'SHORT';

const RULES: readonly RuleDefinition[] = [
  {
    rule: 'FX_RATES_CONTRADICTION',
    instruments: ['USDBRL', 'DI_PRE'],
    detail: 'USDBRL SHORT while yields are expected up',
    fires: ({ fx, rates }) => isShort(fx) && isLong(rates),
  },
  {
    rule: 'EQUITY_RATES_CONTRADICTION',
    instruments: ['IBOV', 'DI_PRE'],
    detail: 'equities LONG while yields are expected up',
    fires: ({ sentiment, riskRegime, rates }) => (isLong(sentiment) || isLong(riskRegime)) && isLong(rates),
  },
  {
    rule: 'REGIME_FX_MISMATCH',
    instruments: ['USDBRL'],
    detail: 'USDBRL SHORT in Stagflation',
    fires: ({ regime, fx }) => regime === 'Stagflation' && isShort(fx),
  },
  {
    rule: 'REGIME_EQUITY_MISMATCH',
    instruments: ['IBOV'],
    detail: 'equities LONG in Stagflation or Deflation',
    fires: ({ regime, sentiment }) =>
      (regime === 'Stagflation' || regime === 'Deflation') && isLong(sentiment),
  },
  {
    rule: 'INFLATION_RATES_CONTRADICTION',
    instruments: ['DI_PRE', 'NTN_B'],
    detail: 'inflation LONG while yields are expected down',
    fires: ({ inflation, rates }) => isLong(inflation) && isShort(rates),
  },
  {
    rule: 'RISK_APPETITE_DIRECTION',
    instruments: ['IBOV'],
    detail: 'equities LONG while sentiment is fearful',
    fires: ({ sentiment, riskRegime }, { fear }) =>
      sentiment?.value != null && sentiment.value < fear && isLong(riskRegime),
  },
  {
    rule: 'SOVEREIGN_FX_DIVERGENCE',
    instruments: ['USDBRL'],
    detail: 'fiscal stress LONG while USDBRL is SHORT',
    fires: ({ fiscal, fx }) => isLong(fiscal) && isShort(fx),
  },
];

/** The rules that fire, in fixed order. */
export function checkConsistency(input: ConsistencyInput, parameters: ViewParameters): ConsistencyIssue[] {
  return RULES.filter(({ fires }) => fires(input, parameters)).map(({ rule, instruments, detail }) => ({
    rule,
    instruments,
    severity: 'warning',
    size: parameters.contradictionSize,
    detail,
  }));
}
