import type { Answer as AnswerOf } from '../../../../../shared/contract/endpoint.ts';
import type { listChecks } from '../../../../../shared/contract/checks.ts';
import { graph, type AssetName } from '../../../../../shared/pipeline/graph.ts';
import { useWorkplace } from '../api.ts';
import { AssetLinks } from '../components/links.tsx';
import { Answer, EmptyNote } from '../components/notes.tsx';
import { State } from '../components/state.tsx';
import { Table } from '../components/table.tsx';
import { Time } from '../components/time.tsx';
import { formatCount, formatRange } from '../format.ts';
import { useQuery } from '../use-query.ts';

type CheckResult = AnswerOf<typeof listChecks>['data'][number];

const NEWEST = 50;

const Results = ({ results }: { readonly results: readonly CheckResult[] }) => (
  <Table
    caption="What the checks found, newest first"
    isRead
    rows={results}
    keyOf={({ id }) => String(id)}
    columns={[
      { label: 'Key', show: ({ key }) => key },
      { label: 'Check', show: ({ check }) => check.replaceAll('_', ' ') },
      { label: 'Severity', show: ({ severity }) => severity },
      { label: 'Status', show: ({ status }) => <State of={status} /> },
      { label: 'Range', show: ({ fromDate, toDate }) => formatRange({ from: fromDate, to: toDate }) },
      { label: 'Tested', isNumber: true, show: ({ tested }) => formatCount(tested) },
      { label: 'Expected', show: ({ expected }) => <span class="prose">{expected}</span> },
      { label: 'Observed', show: ({ observed }) => <span class="prose">{observed}</span> },
      { label: 'Recorded', show: ({ recordedAt }) => <Time of={recordedAt} /> },
    ]}
  />
);

type BronzeAsset = CheckResult['asset'];

const isBronze = (asset: AssetName): asset is BronzeAsset => graph.assets[asset].layer === 'bronze';

/** The bronze assets behind another one: their checks keep from it what is wrong. */
function listSources(asset: AssetName): readonly AssetName[] {
  const sources = new Set(
    graph.assets[asset].reads.flatMap((read) => (isBronze(read) ? [read] : listSources(read))),
  );
  return graph.names.filter((name) => sources.has(name));
}

/** What the checks of an asset found; of one without checks of its own, where those are that guard it. */
export const CheckList = ({ asset }: { readonly asset: AssetName }) => (
  <section id="checks">
    <h2>Checks</h2>
    {isBronze(asset) ? (
      <BronzeChecks asset={asset} />
    ) : (
      <>
        <p class="quiet">
          None of its own: every value is checked before it is stored, and what is held back never comes here.
          The checks behind it are those of
        </p>
        <AssetLinks of={listSources(asset)} none="no asset" />
      </>
    )}
  </section>
);

function BronzeChecks({ asset }: { readonly asset: BronzeAsset }) {
  const { api } = useWorkplace();
  const query = useQuery(() => api.listChecks({ query: { asset, limit: NEWEST } }), [asset], {
    changes: ['task'],
  });
  return (
    <Answer query={query}>
      {({ data }) =>
        data.length === 0 ? <EmptyNote>No check has run.</EmptyNote> : <Results results={data} />
      }
    </Answer>
  );
}
