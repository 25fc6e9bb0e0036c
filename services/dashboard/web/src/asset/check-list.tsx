import type { Answer as AnswerOf } from '../../../../../shared/contract/endpoint.ts';
import type { listChecks } from '../../../../../shared/contract/checks.ts';
import { useWorkplace } from '../api.ts';
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

/** What the checks of a bronze asset found. */
export function CheckList({ asset }: { readonly asset: CheckResult['asset'] }) {
  const { api } = useWorkplace();
  const query = useQuery(() => api.listChecks({ query: { asset, limit: NEWEST } }), [asset], {
    changes: ['task'],
  });
  return (
    <section>
      <h2>Checks</h2>
      <Answer query={query}>
        {({ data }) =>
          data.length === 0 ? <EmptyNote>No check has run.</EmptyNote> : <Results results={data} />
        }
      </Answer>
    </section>
  );
}
