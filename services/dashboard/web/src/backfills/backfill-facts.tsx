import { MINUTE } from '../../../../../shared/time.ts';
import { Progress } from '../components/progress.tsx';
import { State } from '../components/state.tsx';
import { Time } from '../components/time.tsx';
import { countOf, formatSpan } from '../format.ts';
import { Requests } from '../partitions/backfill-plan.tsx';
import { describeRate, type Backfill } from './backfill.ts';
import { StateCounts } from './state-counts.tsx';

/** What was asked for, how far it is and what it took. */
export const BackfillFacts = ({ backfill }: { readonly backfill: Backfill }) => (
  <dl class="facts">
    <dt>State</dt>
    <dd>
      <State of={backfill.state} />
    </dd>
    <dt>Partitions</dt>
    <dd>
      <Progress of="the backfill" {...backfill.partitions} />
    </dd>
    <dt>Tasks</dt>
    <dd>
      <StateCounts of={backfill.tasks} />
    </dd>
    <dt>Runs</dt>
    <dd>
      <StateCounts of={backfill.runs} />
    </dd>
    <dt>Rate</dt>
    <dd>{describeRate(backfill)}</dd>
    <dt>Expected end</dt>
    <dd>
      <Time of={backfill.eta} />
    </dd>
    <dt>Requests sent</dt>
    <dd>
      <Requests of={backfill.requests} />
    </dd>
    {backfill.estimate === null ? null : (
      <>
        <dt>Estimated</dt>
        <dd>
          {formatSpan(backfill.estimate.minutes * MINUTE)}; requests:{' '}
          <Requests of={backfill.estimate.requestsPerProvider} />
        </dd>
      </>
    )}
    <dt>Asked for</dt>
    <dd>
      {countOf(backfill.assets.length, 'asset')}, {backfill.only} partitions, a run per {backfill.slice}, the{' '}
      {backfill.order} first, {countOf(backfill.maxConcurrentRuns, 'run')} at once
    </dd>
    <dt>Created</dt>
    <dd>
      <Time of={backfill.createdAt} />
    </dd>
    <dt>Started</dt>
    <dd>
      <Time of={backfill.startedAt} />
    </dd>
    <dt>Ended</dt>
    <dd>
      <Time of={backfill.finishedAt} />
    </dd>
  </dl>
);
