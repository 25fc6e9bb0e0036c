import { useRoute } from 'preact-iso';
import { graph, type AssetName } from '../../../../../shared/pipeline/graph.ts';
import { AssetFacts } from '../asset/asset-facts.tsx';
import { AssetTables } from '../asset/asset-tables.tsx';
import { CheckList } from '../asset/check-list.tsx';
import { DayGrid } from '../asset/day-grid.tsx';
import { Neighbours } from '../asset/neighbours.tsx';
import { loadWindow, moveWindow, type PartitionWindow } from '../asset/partition-range.ts';
import { PartitionTable } from '../asset/partition-table.tsx';
import { RowChart } from '../asset/row-chart.tsx';
import { useWorkplace } from '../api.ts';
import { Answer, EmptyNote } from '../components/notes.tsx';
import { Page } from '../components/page.tsx';
import { useAddress } from '../use-address.ts';
import { useQuery } from '../use-query.ts';
import { formatRange } from '../format.ts';

function Partitions({ asset, window }: { readonly asset: AssetName; readonly window: PartitionWindow }) {
  const { query, withQuery } = useAddress();
  const { from, to, cells } = window;
  const range = formatRange({ from, to });
  return (
    <section>
      <h2>Partitions {range}</h2>
      <p class="row">
        <a href={withQuery({ to: moveWindow(to, -1) })}>Earlier</a>
        {query['to'] === undefined ? null : <a href={withQuery({ to: null })}>Newest</a>}
      </p>
      <DayGrid cells={cells} label={`Partitions of ${asset}, ${range}`} />
      <RowChart asset={asset} cells={cells} />
      <PartitionTable cells={cells} />
    </section>
  );
}

function Asset({ asset }: { readonly asset: AssetName }) {
  const { api } = useWorkplace();
  const { query } = useAddress();
  const changes = ['task', 'run'];
  const definition = useQuery(() => api.getAsset({ params: { key: asset } }), [asset], { changes });
  const rules = useQuery(() => api.listAlertRules(), [], { changes: ['alert'] });
  const window = useQuery(() => loadWindow(api, asset, query['to']), [asset, query['to']], { changes });
  return (
    <Page title={asset}>
      <Answer query={definition}>
        {(answer) => <AssetFacts asset={answer} rules={rules.data?.data ?? []} />}
      </Answer>
      <Answer query={window}>
        {({ window: shown }) =>
          shown === null ? (
            <EmptyNote>Nothing has run yet.</EmptyNote>
          ) : (
            <>
              <h2>Neighbours on {shown.to}</h2>
              <Neighbours asset={asset} cells={shown.last} />
              <Partitions asset={asset} window={shown} />
            </>
          )
        }
      </Answer>
      <CheckList asset={asset} />
      <AssetTables asset={asset} />
    </Page>
  );
}

/** One asset: what it is, what it reads, its partitions and its checks. */
export function AssetPage() {
  const { key } = useRoute().params;
  const asset = graph.names.find((name) => name === key);
  if (asset === undefined)
    return (
      <Page title="No such asset">
        <EmptyNote>There is no asset {key}.</EmptyNote>
      </Page>
    );
  return <Asset key={asset} asset={asset} />;
}
