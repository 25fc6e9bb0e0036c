import type { DigestContent } from '../../../shared/contract/digests.ts';
import type { SignalDirection } from '../../../shared/numeric/composite.ts';
import type { SignalView } from '../../../shared/db/signal-list.ts';

type Side = Pick<
  SignalView,
  'signalId' | 'agent' | 'direction' | 'strength' | 'confidence' | 'status' | 'reason'
>;

/** The direction that a signal gives; null when its model did not run. */
function directionOf(signal: Side | undefined): SignalDirection | null {
  return signal?.status === 'OK' || signal?.status === 'BELOW_THRESHOLD' ? signal.direction : null;
}

/**
 * What is different between the signals of two partitions: a direction that became another one (also from or to NEUTRAL), one
 * that is there for the first time, and one that is gone.
 */
export function compareSignals(before: readonly Side[], after: readonly Side[]): DigestContent['signals'] {
  const earlier = new Map(before.map((signal) => [signal.signalId, signal]));
  const later = new Map(after.map((signal) => [signal.signalId, signal]));
  const all = new Map([...earlier, ...later]);
  const changes = [...all.values()].map(({ signalId, agent }) => {
    const now = later.get(signalId);
    const direction = directionOf(now);
    return {
      signalId,
      agent,
      before: directionOf(earlier.get(signalId)),
      after: direction,
      strength: direction === null ? null : (now?.strength ?? null),
      confidence: direction === null ? null : (now?.confidence ?? null),
      reason: now === undefined ? `${agent} has not said it` : direction === null ? now.reason : null,
    };
  });
  return {
    flipped: changes.filter(
      (change) => change.before !== null && change.after !== null && change.before !== change.after,
    ),
    appeared: changes.filter((change) => change.before === null && change.after !== null),
    disappeared: changes.filter((change) => change.before !== null && change.after === null),
  };
}
