import { Page } from '../components/page.tsx';
import { EventSearch } from '../runs/event-search.tsx';
import { RunList } from '../runs/run-list.tsx';
import { StartRun } from '../runs/start-run.tsx';
import { useAddress } from '../use-address.ts';

/** All runs, and what their tasks said. */
export function RunsPage() {
  const { query } = useAddress();
  const isEvents = query['view'] === 'events';
  return (
    <Page title="Runs" actions={<StartRun />}>
      <nav class="tabs" aria-label="Runs">
        <a href="/runs" aria-current={isEvents ? undefined : 'page'}>
          Runs
        </a>
        <a href="/runs?view=events" aria-current={isEvents ? 'page' : undefined}>
          Errors and events
        </a>
      </nav>
      {isEvents ? <EventSearch /> : <RunList />}
    </Page>
  );
}
