import { useRoute } from 'preact-iso';
import { useMemo } from 'preact/hooks';
import { isAssetName, type AssetName } from '../../../../../shared/pipeline/graph.ts';
import { useWorkplace } from '../api.ts';
import { Answer, EmptyNote } from '../components/notes.tsx';
import { Page } from '../components/page.tsx';
import { KeyTable, SourceTable } from '../lineage/key-table.tsx';
import { MaterializationFacts, Upstreams, type Lineage } from '../lineage/materialization.tsx';
import { PayloadTable } from '../lineage/payload-table.tsx';
import { OutputTree, SignalTree } from '../lineage/signal-tree.tsx';
import { useAddress } from '../use-address.ts';
import { useQuery } from '../use-query.ts';

/** Whether all that is asked for was made of what other models gave, behind which the answers of providers are. */
const isOfModels = ({ signals = [], outputs = [], payloads }: Lineage): boolean =>
  payloads.total === 0 &&
  [...signals, ...outputs].some(({ inputs }) => inputs.some(({ from }) => from !== undefined));

function Tree({ lineage }: { readonly lineage: Lineage }) {
  const { asset, partition, signals, outputs, keys, sources, payloads } = lineage;
  const { query, withQuery } = useAddress();
  const hashes = useMemo(() => new Map(payloads.items.map(({ id, sha256 }) => [id, sha256])), [payloads]);
  const { asOf, modelVersion } = query;
  const tree = {
    report: { agent: asset, partition, asOf, modelVersion },
    hashOf: (id: number) => hashes.get(id),
  };
  return (
    <>
      {(query['signal'] ?? query['output']) === undefined || signals === undefined ? null : (
        <p>
          <a href={withQuery({ signal: null, output: null })}>Everything in the report of the partition</a>
        </p>
      )}
      <MaterializationFacts lineage={lineage} />
      {signals?.map((signal) => (
        <SignalTree key={signal.signalId} signal={signal} {...tree} />
      ))}
      {outputs?.map((output) => (
        <OutputTree key={output.path} output={output} {...tree} />
      ))}
      {keys === undefined ? null : <KeyTable keys={keys} />}
      {sources === undefined ? null : <SourceTable sources={sources} partition={partition} />}
      <Upstreams lineage={lineage} />
      {isOfModels(lineage) ? null : <PayloadTable payloads={payloads} />}
    </>
  );
}

function LineageContent({ asset, partition }: { readonly asset: AssetName; readonly partition: string }) {
  const { api } = useWorkplace();
  const { signal, output, asOf, modelVersion } = useAddress().query;
  const query = useQuery(
    () => api.getLineage({ params: { asset, partition }, query: { signal, output, asOf, modelVersion } }),
    [asset, partition, signal, output, asOf, modelVersion],
  );
  return <Answer query={query}>{(lineage) => <Tree lineage={lineage} />}</Answer>;
}

/** What a partition was made by and from, down to the hashes of the answers of providers. */
export function LineagePage() {
  const { asset = '', partition = '' } = useRoute().params;
  return (
    <Page title={`Lineage of ${asset}, ${partition}`} actions={<a href={`/assets/${asset}`}>{asset}</a>}>
      {isAssetName(asset) ? (
        <LineageContent key={`${asset} ${partition}`} asset={asset} partition={partition} />
      ) : (
        <EmptyNote>There is no asset {asset}.</EmptyNote>
      )}
    </Page>
  );
}
