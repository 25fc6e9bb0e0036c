import { State } from '../components/state.tsx';
import { Time } from '../components/time.tsx';
import { formatCount, formatDuration, formatRange } from '../format.ts';
import { elapsedOf, type RunDetail } from './run.ts';

const ONLY: Readonly<Record<RunDetail['only'], string>> = {
  all: 'all partitions',
  failed: 'failed partitions only',
  missing: 'missing partitions only',
  stale: 'stale partitions only',
};

/** What a run is, and how far it is. */
export const RunFacts = ({ run, nowMs }: { readonly run: RunDetail; readonly nowMs: number }) => (
  <dl class="facts">
    <dt>State</dt>
    <dd>
      <State of={run.state} />
    </dd>
    <dt>Partition</dt>
    <dd>
      {formatRange(run)}, {ONLY[run.only]}
    </dd>
    <dt>Done</dt>
    <dd>
      {formatCount(run.partitions.done)} of {formatCount(run.partitions.total)} asset × partition pairs
    </dd>
    <dt>Kind</dt>
    <dd>
      {run.kind}
      {run.backfillId === null ? null : (
        <>
          , slice of <a href={`/backfills/${run.backfillId}`}>backfill {run.backfillId.slice(0, 8)}</a>
        </>
      )}
    </dd>
    <dt>Created</dt>
    <dd>
      <Time of={run.createdAt} />
    </dd>
    <dt>Started</dt>
    <dd>
      <Time of={run.startedAt} />
    </dd>
    <dt>Finished</dt>
    <dd>
      <Time of={run.finishedAt} />
    </dd>
    <dt>Took</dt>
    <dd>{formatDuration(elapsedOf(run, nowMs))}</dd>
  </dl>
);
