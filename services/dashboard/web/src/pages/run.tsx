import { useRoute } from 'preact-iso';
import { useState } from 'preact/hooks';
import { useWorkplace } from '../api.ts';
import { Answer } from '../components/notes.tsx';
import { Page } from '../components/page.tsx';
import { FlowTree } from '../run/flow-tree.tsx';
import { KeyTable } from '../run/key-table.tsx';
import { RunChanges } from '../run/run-changes.tsx';
import { RunFacts } from '../run/run-facts.tsx';
import { isOpen, type RunDetail } from '../run/run.ts';
import { Timeline } from '../run/timeline.tsx';
import { EventSearch } from '../runs/event-search.tsx';
import { useAddress } from '../use-address.ts';
import { useQuery } from '../use-query.ts';

interface View {
  readonly run: RunDetail;
  readonly nowMs: number;
}

const VIEWS = {
  timeline: { label: 'Timeline', Content: Timeline },
  flow: { label: 'Flow', Content: ({ run }: View) => <FlowTree run={run} /> },
  keys: { label: 'Keys', Content: ({ run }: View) => <KeyTable run={run} /> },
  events: {
    label: 'Events',
    Content: ({ run }: View) => <EventSearch runId={run.id} assets={run.tasks.map(({ asset }) => asset)} />,
  },
} as const;

const isView = (name: string | undefined): name is keyof typeof VIEWS =>
  name !== undefined && Object.hasOwn(VIEWS, name);

/** Shows one view of a run; the address holds which. */
function Views({ run, nowMs }: View) {
  const { query, withQuery } = useAddress();
  const chosen = isView(query['view']) ? query['view'] : 'timeline';
  const { Content } = VIEWS[chosen];
  return (
    <>
      <nav class="tabs" aria-label="Run">
        {Object.entries(VIEWS).map(([name, { label }]) => (
          <a
            key={name}
            href={withQuery({ view: name === 'timeline' ? null : name, asset: null, q: null, cursor: null })}
            aria-current={name === chosen ? 'page' : undefined}
          >
            {label}
          </a>
        ))}
      </nav>
      <Content run={run} nowMs={nowMs} />
    </>
  );
}

/** One run: how it went, what of it failed and why, and what may be done about it. */
export function RunPage() {
  const { api } = useWorkplace();
  const { id = '' } = useRoute().params;
  // A run that is over hears nothing of the tasks of others.
  const [isOver, setOver] = useState(false);
  const load = async (): Promise<View> => {
    const run = await api.getRun({ params: { id } });
    setOver(!isOpen(run));
    return { run, nowMs: Date.now() };
  };
  const query = useQuery(load, [id], { changes: isOver ? ['run'] : ['run', 'task'] });
  const run = query.data?.run;
  return (
    <Page
      title={`Run ${id.slice(0, 8)}`}
      actions={run === undefined ? null : <RunChanges run={run} onDone={query.reload} />}
    >
      <Answer query={query}>
        {({ run: shown, nowMs }) => (
          <>
            <RunFacts run={shown} nowMs={nowMs} />
            <Views run={shown} nowMs={nowMs} />
          </>
        )}
      </Answer>
    </Page>
  );
}
