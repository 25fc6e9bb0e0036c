import { useEffect, useRef } from 'preact/hooks';
import type { AssetName } from '../../../../../shared/pipeline/graph.ts';
import { useWorkplace } from '../api.ts';
import { wordOf } from '../asset/day-grid.tsx';
import { AssetLink, RunLink } from '../components/links.tsx';
import { Answer } from '../components/notes.tsx';
import { State } from '../components/state.tsx';
import { Time } from '../components/time.tsx';
import { formatCount } from '../format.ts';
import { useAddress } from '../use-address.ts';
import { useQuery } from '../use-query.ts';
import { DayTable } from './day-table.tsx';
import { explain, isMaterialized, type PartitionDetail as Detail } from './explain.ts';
import { UpstreamChain } from './upstream-chain.tsx';

const Facts = ({ detail }: { readonly detail: Detail }) => (
  <dl class="facts">
    <dt>State</dt>
    <dd>
      <State of={wordOf(detail)} />
    </dd>
    <dt>Why</dt>
    <dd>{explain(detail)}</dd>
    <dt>Materialized</dt>
    <dd>
      <Time of={detail.materializedAt} />
    </dd>
    <dt>Rows</dt>
    <dd>{formatCount(detail.rows)}</dd>
    <dt>Run</dt>
    <dd>
      <RunLink id={detail.runId ?? detail.task?.runId ?? null} />
    </dd>
    <dt>More</dt>
    <dd class="row">
      <AssetLink of={detail.asset} />
      {detail.state === 'missing' ? null : (
        <a href={`/lineage/${detail.asset}/${detail.partition}`}>What it was made of</a>
      )}
    </dd>
  </dl>
);

/** One partition of an asset: what it is, why, and what it waits for. */
export function PartitionDetail({ asset, day }: { readonly asset: AssetName; readonly day: string }) {
  const { api } = useWorkplace();
  const { withQuery } = useAddress();
  const heading = useRef<HTMLHeadingElement>(null);
  const query = useQuery(() => api.getPartition({ params: { asset, partition: day } }), [asset, day], {
    changes: ['run', 'task'],
  });
  useEffect(() => heading.current?.focus(), [asset, day]);
  return (
    <section class="panel apart" aria-labelledby="partition-detail">
      <div class="heading">
        <h2 id="partition-detail" ref={heading} tabIndex={-1}>
          {asset} on {day}
        </h2>
        <a href={withQuery({ asset: null, day: null })}>Close</a>
      </div>
      <Answer query={query}>
        {(detail) =>
          detail.asset === asset && detail.partition === day ? (
            <>
              <Facts detail={detail} />
              {isMaterialized(detail) ? null : (
                <>
                  <h3>What it waits for</h3>
                  <UpstreamChain detail={detail} />
                </>
              )}
            </>
          ) : null
        }
      </Answer>
      <DayTable day={day} />
    </section>
  );
}
