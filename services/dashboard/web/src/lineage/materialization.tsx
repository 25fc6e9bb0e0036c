import type { Answer } from '../../../../../shared/contract/endpoint.ts';
import type { getLineage } from '../../../../../shared/contract/lineage.ts';
import { RunLink } from '../components/links.tsx';
import { State } from '../components/state.tsx';
import { Table } from '../components/table.tsx';
import { Time } from '../components/time.tsx';
import { formatCount } from '../format.ts';

export type Lineage = Answer<typeof getLineage>;
type Materialization = Lineage['upstreams'][number];

const describeCause = ({ cause, asset }: Materialization['staleBecause'][number]): string =>
  `${cause.replaceAll('_', ' ')}${asset === null ? '' : ` (${asset})`}`;

const Outcome = ({ of }: { readonly of: Materialization }) => (
  <>
    <State of={of.state} reason={of.reason} /> {of.degraded ? <State of="degraded" /> : null}{' '}
    {of.stale ? <State of="stale" reason={of.staleBecause.map(describeCause).join(', ')} /> : null}
  </>
);

/** What a partition is, and what made it. */
export const MaterializationFacts = ({ lineage }: { readonly lineage: Lineage }) => (
  <dl class="facts">
    <dt>Outcome</dt>
    <dd>
      <Outcome of={lineage} /> number {lineage.id}, {formatCount(lineage.rows)} rows
    </dd>
    {lineage.reason === null ? null : (
      <>
        <dt>Reason</dt>
        <dd>{lineage.reason}</dd>
      </>
    )}
    {lineage.stale ? (
      <>
        <dt>Stale because of</dt>
        <dd>{lineage.staleBecause.map(describeCause).join(', ')}</dd>
      </>
    ) : null}
    <dt>Known by</dt>
    <dd>
      <Time of={lineage.cutoff} />: nothing released later is in it
    </dd>
    <dt>Made by</dt>
    <dd>
      run <RunLink id={lineage.runId} />, code {lineage.codeVersion}
      {lineage.codeVersion === lineage.currentCodeVersion ? '' : ` (now ${lineage.currentCodeVersion})`}, at{' '}
      <Time of={lineage.materializedAt} />
    </dd>
  </dl>
);

/** Everything upstream, as it is now; what was used says whether it is still the outcome that went in. */
export function Upstreams({ lineage }: { readonly lineage: Lineage }) {
  if (lineage.upstreams.length === 0) return null;
  const used = new Set(lineage.upstreamIds);
  return (
    <Table
      caption="Upstreams"
      rows={lineage.upstreams}
      keyOf={({ asset }) => asset}
      columns={[
        {
          label: 'Asset',
          show: ({ asset, partition }) => <a href={`/lineage/${asset}/${partition}`}>{asset}</a>,
        },
        { label: 'Outcome', show: (one) => <Outcome of={one} /> },
        { label: 'Number', show: ({ id }) => id, isNumber: true },
        { label: 'Used directly', show: ({ id }) => (used.has(id) ? 'yes' : '–') },
        { label: 'Rows', show: ({ rows }) => formatCount(rows), isNumber: true },
        { label: 'Code', show: ({ codeVersion }) => codeVersion },
        { label: 'Made', show: ({ materializedAt }) => <Time of={materializedAt} /> },
      ]}
    />
  );
}
