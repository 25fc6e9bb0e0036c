import type { Answer } from '../../../../../shared/contract/endpoint.ts';
import type { createBackfill } from '../../../../../shared/contract/backfills.ts';
import { MINUTE } from '../../../../../shared/time.ts';
import { countOf, formatBytes, formatCount, formatSpan } from '../format.ts';

export type Plan = Extract<Answer<typeof createBackfill>, { dryRun: true }>;

/** Requests by provider, in words. */
export function Requests({ of }: { readonly of: Readonly<Record<string, number | undefined>> }) {
  const entries = Object.entries(of).filter(([, count]) => (count ?? 0) > 0);
  if (entries.length === 0) return <span class="quiet">none</span>;
  return (
    <ul class="inline">
      {entries.map(([provider, count]) => (
        <li key={provider}>
          {provider} <span class="number">{formatCount(count ?? 0)}</span>
        </li>
      ))}
    </ul>
  );
}

/** What a request would do and take, before it is made. */
export function BackfillPlan({ plan }: { readonly plan: Plan }) {
  const { runs, tasks, partitions, assets, estimate } = plan;
  if (partitions === 0)
    return <p>Nothing to do: everything in this range is there. “all” computes it again.</p>;
  return (
    <dl class="facts narrow">
      <dt>Work</dt>
      <dd>
        {countOf(partitions, 'partition')} in {countOf(tasks, 'task')} of {countOf(runs, 'run')}
      </dd>
      <dt>Assets</dt>
      <dd>{countOf(assets.length, 'asset')}, upstream ones included</dd>
      <dt>Requests</dt>
      <dd>
        <Requests of={estimate.requestsPerProvider} />
      </dd>
      <dt>Time</dt>
      <dd>about {formatSpan(estimate.minutes * MINUTE)}</dd>
      <dt>Redis memory</dt>
      <dd>at most {formatBytes(estimate.redisBytes)}</dd>
    </dl>
  );
}
