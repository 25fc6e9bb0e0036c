import {
  combineSignals,
  type SignalDirection,
  type SignalStrength,
  type SignalStatus,
} from '../../../shared/numeric/composite.ts';
import type { Regime } from '../../../shared/numeric/regime.ts';
import { clamp } from '../../../shared/numeric/scores.ts';
import { checkConsistency, type ConsistencyIssue, type Stance } from './consistency.ts';
import type { MacroRegime } from './macro-regime.ts';
import type { AgentViews, UpstreamGap } from './views-of-agents.ts';
import type { CrossAssetParameters } from '../parameters.ts';

const PROBABILITY_TOLERANCE = 0.01;

type ViewParameters = CrossAssetParameters['view'];

/** A finished signal as far as the view needs it. */
export interface ViewSignal {
  readonly signalId: string;
  readonly direction: SignalDirection;
  readonly strength: SignalStrength;
  readonly confidence: number;
  readonly value: number | null;
  readonly status: SignalStatus;
}

/** What the fund should think of one class: LONG = the named factor up; conviction 0–1. */
export interface ClassView {
  readonly instruments: readonly string[];
  readonly direction: SignalDirection;
  readonly conviction: number;
  readonly driver: string;
}

/** How likely a large loss is, 0–100; null when a part is missing. */
export interface TailRisk {
  readonly score: number | null;
  readonly band: 'low' | 'moderate' | 'elevated' | 'critical' | null;
  readonly missing: readonly string[];
}

/** A position worth taking; `size` is 0.5 when a consistency rule names its instrument, else 1. */
export interface Trade {
  readonly instrument: string;
  readonly direction: SignalDirection;
  readonly conviction: number;
  readonly source: string;
  readonly size: number;
}

/** The cross-asset view of one partition, as stored with the report. */
export interface MarketView {
  readonly regime: Regime | null;
  readonly regimeMethod: MacroRegime['method'];
  readonly probabilities: Readonly<Record<Regime, number>> | null;
  readonly classes: { readonly fx: ClassView; readonly rates: ClassView; readonly equities: ClassView };
  /** Sentiment 0–100, null when it did not run. */
  readonly riskAppetite: number | null;
  readonly tailRisk: TailRisk;
  readonly trades: readonly Trade[];
  readonly consistency: readonly ConsistencyIssue[];
  /** Signals of the other agents without OK status. */
  readonly upstreamGaps: readonly UpstreamGap[];
  readonly warnings: readonly string[];
}

/** What the view is made of. */
export interface MarketViewInput {
  readonly macro: MacroRegime;
  /** CROSSASSET_REGIME and CROSSASSET_SENTIMENT. */
  readonly riskRegime: ViewSignal;
  readonly sentiment: ViewSignal;
  readonly vixZ: number | null;
  readonly hyZ: number | null;
  readonly agents: AgentViews;
}

/**
 * Builds the view.
 *
 * @throws Error when the regime probabilities do not sum to 1 ± 0.01
 */
export function buildMarketView(
  { macro, riskRegime, sentiment, vixZ, hyZ, agents }: MarketViewInput,
  parameters: ViewParameters,
): MarketView {
  requireProbabilities(macro.probabilities);
  const classes = viewClasses(riskRegime, sentiment);
  const consistency = checkConsistency(
    {
      fx: takeStance(agents, 'FX_BR_COMPOSITE'),
      rates: takeStance(agents, 'MONETARY_BR_COMPOSITE'),
      inflation: takeStance(agents, 'INFLATION_BR_COMPOSITE'),
      fiscal: takeStance(agents, 'FISCAL_BR_COMPOSITE'),
      sentiment: sentiment.status === 'OK' ? sentiment : null,
      riskRegime: riskRegime.status === 'OK' ? riskRegime : null,
      regime: macro.regime,
    },
    parameters,
  );
  const tailRisk = measureTailRisk({ vixZ, hyZ, probabilities: macro.probabilities }, parameters.tailRisk);
  return {
    regime: macro.regime,
    regimeMethod: macro.method,
    probabilities: macro.probabilities,
    classes,
    riskAppetite: sentiment.status === 'OK' ? sentiment.value : null,
    tailRisk,
    trades: pickTrades(classes, agents, consistency, parameters.topTrades),
    consistency,
    upstreamGaps: agents.gaps,
    warnings: [
      ...macro.warnings,
      ...(macro.reason === null ? [] : [`no regime: ${macro.reason}`]),
      ...(sentiment.status === 'OK' ? [] : [`no risk appetite: CROSSASSET_SENTIMENT is ${sentiment.status}`]),
      ...(tailRisk.missing.length === 0 ? [] : [`no tail risk without ${tailRisk.missing.join(', ')}`]),
      ...(agents.gaps.length === 0
        ? []
        : [
            `${agents.gaps.length} upstream signals without OK status: ${agents.gaps.map(({ signalId }) => signalId).join(', ')}`,
          ]),
    ],
  };
}

/**
 * `clamp(a·max(0, z_VIX) + b·max(0, z_HY) + c·P(Stagflation or Deflation), 0, 100)` in bands low, moderate, elevated and
 * critical. An unusually calm market adds nothing.
 */
export function measureTailRisk(
  input: {
    readonly vixZ: number | null;
    readonly hyZ: number | null;
    readonly probabilities: Readonly<Record<Regime, number>> | null;
  },
  { vix, hy, badRegime, bands }: ViewParameters['tailRisk'],
): TailRisk {
  const { vixZ, hyZ, probabilities } = input;
  if (vixZ === null || hyZ === null || probabilities === null) {
    const missing = [
      ...(vixZ === null ? ['z of VIX'] : []),
      ...(hyZ === null ? ['z of FRED BAMLH0A0HYM2'] : []),
      ...(probabilities === null ? ['regime probabilities'] : []),
    ];
    return { score: null, band: null, missing };
  }
  const bad = probabilities.Stagflation + probabilities.Deflation;
  const score = clamp(vix * Math.max(0, vixZ) + hy * Math.max(0, hyZ) + badRegime * bad, 0, 100);
  const { moderate, elevated, critical } = bands;
  const band =
    score < moderate ? 'low' : score < elevated ? 'moderate' : score < critical ? 'elevated' : 'critical';
  return { score, band, missing: [] };
}

/** Risk appetite from both signals in equal parts: equities go with it, USDBRL and yields against it. */
function viewClasses(riskRegime: ViewSignal, sentiment: ViewSignal): MarketView['classes'] {
  const risk = combineSignals([
    { ...riskRegime, weight: 1 },
    { ...sentiment, weight: 1 },
  ]);
  const active = Object.keys(risk.effectiveWeights);
  const driver = active.length === 0 ? (risk.reason ?? 'none') : active.join(' + ');
  const build = (instruments: readonly string[], direction: SignalDirection): ClassView => ({
    instruments,
    direction,
    conviction: risk.confidence,
    driver,
  });
  const against = invert(risk.direction);
  return {
    fx: build(['USDBRL'], against),
    rates: build(['DI_PRE', 'NTN_B'], against),
    equities: build(['IBOV'], risk.direction),
  };
}

/**
 * The three positions of most conviction, one per instrument: class views and the composites of the agents that have a
 * direction and a strength. Rates are quoted in yields: LONG = yield up.
 */
function pickTrades(
  { fx, rates, equities }: MarketView['classes'],
  agents: AgentViews,
  issues: readonly ConsistencyIssue[],
  count: number,
): Trade[] {
  const fromAgent = (signalId: string, instrument: string) => {
    const signal = agents.signals.get(signalId);
    if (signal === undefined || signal.status !== 'OK' || signal.strength === 'NO_SIGNAL') return [];
    return [
      {
        instrument,
        direction: toDirection(signal.direction),
        conviction: signal.confidence,
        source: signalId,
      },
    ];
  };
  const candidates = [
    ...[fx, rates, equities].map(({ instruments, direction, conviction, driver }) => ({
      instrument: instruments[0]!,
      direction,
      conviction,
      source: driver,
    })),
    ...fromAgent('FX_BR_COMPOSITE', 'USDBRL'),
    ...fromAgent('FISCAL_BR_COMPOSITE', 'USDBRL'),
    ...fromAgent('MONETARY_BR_COMPOSITE', 'DI_PRE'),
    ...fromAgent('INFLATION_BR_COMPOSITE', 'BR_BEI'),
  ].filter(({ direction, conviction }) => direction !== 'NEUTRAL' && conviction > 0);
  const ranked = candidates.toSorted((a, b) => b.conviction - a.conviction);
  return ranked
    .filter(({ instrument }, index) => ranked.findIndex((other) => other.instrument === instrument) === index)
    .slice(0, count)
    .map((trade) => {
      const issue = issues.find(({ instruments }) => instruments.includes(trade.instrument));
      return { ...trade, size: issue?.size ?? 1 };
    });
}

/** A signal too weak to count in a composite contradicts nothing either. */
function takeStance({ signals }: AgentViews, signalId: string): Stance | null {
  const signal = signals.get(signalId);
  return signal?.status === 'OK' && signal.strength !== 'NO_SIGNAL' ? signal : null;
}

function requireProbabilities(probabilities: Readonly<Record<Regime, number>> | null): void {
  if (probabilities === null) return;
  const sum = Object.values(probabilities).reduce((total, share) => total + share, 0);
  if (Math.abs(sum - 1) > PROBABILITY_TOLERANCE)
    throw new Error(`regime probabilities sum to ${sum}, expected 1`);
}

function invert(direction: SignalDirection): SignalDirection {
  if (direction === 'NEUTRAL') return direction;
  return direction === 'LONG' ? 'SHORT' : 'LONG';
}

function toDirection(text: string): SignalDirection {
  return text === 'LONG' || text === 'SHORT' ? text : 'NEUTRAL';
}
