import { AssetLink, RunLink } from '../components/links.tsx';
import { State } from '../components/state.tsx';
import { countOf } from '../format.ts';
import { useAddress } from '../use-address.ts';
import { explain, listCulprits, type PartitionDetail } from './explain.ts';

/** What keeps a partition from being computed: everything upstream that is not there, what came first above. */
export function UpstreamChain({ detail }: { readonly detail: PartitionDetail }) {
  const { withQuery } = useAddress();
  const culprits = listCulprits(detail);
  const others = detail.upstreams.length - culprits.length;
  if (detail.upstreams.length === 0) return <p>It reads no other asset, only its provider.</p>;
  if (culprits.length === 0)
    return <p>Everything upstream of it is materialized ({countOf(others, 'asset')}).</p>;
  return (
    <>
      <ol class="chain">
        {culprits.map(({ cell, isOrigin }) => (
          <li key={cell.asset}>
            <a href={withQuery({ asset: cell.asset })}>{cell.asset}</a>{' '}
            <State of={cell.blocked ? 'blocked' : cell.state} />{' '}
            {isOrigin ? <strong>It begins here. </strong> : null}
            {explain(cell)}{' '}
            {cell.task === null ? null : (
              <>
                Run <RunLink id={cell.task.runId} />
              </>
            )}
          </li>
        ))}
        <li>
          <AssetLink of={detail.asset} /> waits for {culprits.length === 1 ? 'it' : 'them'}.
        </li>
      </ol>
      {others === 0 ? null : <p class="quiet">{countOf(others, 'other upstream asset')} materialized.</p>}
    </>
  );
}
