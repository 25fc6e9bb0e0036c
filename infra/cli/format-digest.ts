import type { Digest } from './answers.ts';
import { formatRecords } from './format-records.ts';

type Change = Digest['signals']['flipped'][number];

const describeChange = ({ signalId, before, after, strength, confidence, reason }: Change) => ({
  signal: signalId,
  before,
  after,
  strength,
  confidence,
  reason,
});

/** The morning digest of a partition: what became of its run, of the signals and of the assets. */
export function formatDigest({
  partition,
  previousPartition,
  run,
  signals,
  assets,
  alerts,
}: Digest): string[] {
  const changes = Object.entries(signals).flatMap(([kind, rows]) =>
    rows.length === 0
      ? []
      : [
          '',
          `signals ${kind} since ${previousPartition}`,
          ...formatRecords({ data: rows.map(describeChange) }),
        ],
  );
  const waiting = assets.filter(({ state }) => state === 'failed' || state === 'missing');
  return [
    `digest of ${partition}: ${run === null ? 'no scheduled run' : `run ${run.id} ${run.state}`}`,
    ...(changes.length === 0 ? [`no signal has changed since ${previousPartition}`] : changes),
    '',
    `assets that are not ready: ${waiting.length} of ${assets.length}`,
    ...waiting.map(
      ({ asset, state, reason }) => `  ${asset}: ${state}${reason === null ? '' : `, ${reason}`}`,
    ),
    `open alerts: ${alerts.length}`,
    ...alerts.map(({ severity, message }) => `  ${severity}: ${message}`),
  ];
}
