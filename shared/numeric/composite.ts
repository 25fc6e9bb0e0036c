import { clamp } from './scores.ts';

/** Direction of a view about the factor of its axis: LONG = factor up. */
export type SignalDirection = 'LONG' | 'SHORT' | 'NEUTRAL';

export type SignalStrength = 'STRONG' | 'MODERATE' | 'WEAK' | 'NO_SIGNAL';

/** Whether a model ran, and if not why not. */
export type SignalStatus = 'OK' | 'BELOW_THRESHOLD' | 'INSUFFICIENT_DATA' | 'STALE_DATA' | 'MODEL_ERROR';

/** A signal that votes in a composite; `confidence` 0–1, `weight` before renormalization. */
export type SubSignal = {
  signalId: string;
  direction: SignalDirection;
  strength: SignalStrength;
  confidence: number;
  weight: number;
  status: SignalStatus;
};

export type CompositeReason = 'no_active_sub_signals' | 'tie' | 'weight_value_conflict';

/** `value` −1…1 and `confidence` 0–1; `c` is the active share of the total weight. */
export type Composite = {
  direction: SignalDirection;
  strength: SignalStrength;
  confidence: number;
  value: number;
  status: SignalStatus;
  reason: CompositeReason | null;
  c: number;
  dampening: number;
  effectiveWeights: Record<string, number>;
  directions: Record<string, SignalDirection>;
  longWeight: number;
  shortWeight: number;
  activeCount: number;
};

const TIE = 1e-9;
const DISAGREEMENT_DAMPENING = 0.7;

/** Strength by confidence: from 0.75 STRONG, 0.50 MODERATE, 0.25 WEAK, below NO_SIGNAL. */
export function computeStrength(confidence: number): SignalStrength {
  if (confidence >= 0.75) return 'STRONG';
  if (confidence >= 0.5) return 'MODERATE';
  return confidence >= 0.25 ? 'WEAK' : 'NO_SIGNAL';
}

/** Confidence held within 0–1 and under every cap, with the strength that follows from it. */
export function capConfidence(
  confidence: number,
  caps: readonly number[] = [],
): { confidence: number; strength: SignalStrength } {
  const capped = clamp(Math.min(confidence, ...caps), 0, 1);
  return { confidence: capped, strength: computeStrength(capped) };
}

/**
 * One view from several signals: weights renormalized over the active ones (status OK, a direction, a strength),
 * direction by the sign of `Σŵ·sign`, confidence `dampening·Σŵ·conf·c` and value `c·Σŵ·sign·conf`. NEUTRAL with a reason
 * when none is active, the weights tie, or weights and values point in opposite directions.
 */
export function combineSignals(signals: readonly SubSignal[]): Composite {
  const active = signals.filter(
    ({ status, direction, strength }) =>
      status === 'OK' && direction !== 'NEUTRAL' && strength !== 'NO_SIGNAL',
  );
  const total = signals.reduce((sum, { weight }) => sum + weight, 0);
  const activeWeight = active.reduce((sum, { weight }) => sum + weight, 0);
  const directions = Object.fromEntries(signals.map(({ signalId, direction }) => [signalId, direction]));
  if (active.length === 0 || !(activeWeight > 0)) {
    const ran = signals.some(({ status }) => status === 'OK' || status === 'BELOW_THRESHOLD');
    return stayNeutral('no_active_sub_signals', ran ? 'BELOW_THRESHOLD' : 'INSUFFICIENT_DATA', {
      value: 0,
      c: 0,
      dampening: 1,
      effectiveWeights: {},
      directions,
      longWeight: 0,
      shortWeight: 0,
      activeCount: 0,
    });
  }
  const c = activeWeight / total;
  const votes = active.map((signal) => ({
    ...signal,
    share: signal.weight / activeWeight,
    sign: signOf(signal),
  }));
  const longWeight = sumOf(votes, ({ share, sign }) => (sign > 0 ? share : 0));
  const shortWeight = sumOf(votes, ({ share, sign }) => (sign < 0 ? share : 0));
  const balance = longWeight - shortWeight;
  const dampening = longWeight > 0 && shortWeight > 0 ? DISAGREEMENT_DAMPENING : 1;
  const value = c * sumOf(votes, ({ share, sign, confidence }) => share * sign * confidence);
  const detail = {
    value,
    c,
    dampening,
    effectiveWeights: Object.fromEntries(votes.map(({ signalId, share }) => [signalId, share])),
    directions,
    longWeight,
    shortWeight,
    activeCount: active.length,
  };
  if (Math.abs(balance) < TIE) return stayNeutral('tie', 'OK', detail);
  if (Math.sign(value) !== Math.sign(balance)) return stayNeutral('weight_value_conflict', 'OK', detail);
  const { confidence, strength } = capConfidence(
    dampening * c * sumOf(votes, ({ share, confidence: own }) => share * own),
  );
  return {
    direction: balance > 0 ? 'LONG' : 'SHORT',
    strength,
    confidence,
    status: 'OK',
    reason: null,
    ...detail,
  };
}

function stayNeutral(
  reason: CompositeReason,
  status: SignalStatus,
  detail: Omit<Composite, 'direction' | 'strength' | 'confidence' | 'reason' | 'status'>,
): Composite {
  return { direction: 'NEUTRAL', strength: 'NO_SIGNAL', confidence: 0, status, reason, ...detail };
}

function signOf({ direction }: SubSignal): number {
  return direction === 'LONG' ? 1 : direction === 'SHORT' ? -1 : 0;
}

function sumOf<T>(items: readonly T[], read: (item: T) => number): number {
  return items.reduce((sum, item) => sum + read(item), 0);
}
