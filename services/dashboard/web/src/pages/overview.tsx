import { AlertTable } from '../alerts/alert-table.tsx';
import { useWorkplace } from '../api.ts';
import { Answer, EmptyNote } from '../components/notes.tsx';
import { Page } from '../components/page.tsx';
import { Freshness } from '../overview/freshness.tsx';
import { LatestSignals } from '../overview/latest-signals.tsx';
import { loadOverview } from '../overview/overview.ts';
import { ProviderList } from '../overview/provider-list.tsx';
import { ReadinessLine } from '../overview/readiness-line.tsx';
import { RunFacts } from '../overview/run-facts.tsx';
import { RunGraph } from '../overview/run-graph.tsx';
import { useProviders } from '../providers/use-providers.ts';
import { useQuery } from '../use-query.ts';

/**
 * Five answers of the API: a backfill changes tasks without a pause, and a key may ask for 600 answers a minute, whoever shares it.
 */
const OVERVIEW_PAUSE_MS = 1_500;

/** The newest alerts; the page of alerts has them all. */
const MOST_ALERTS = 5;

/** Whether the data of the newest partition is right and ready, and what needs attention. */
export function OverviewPage() {
  const { api } = useWorkplace();
  const newest = useQuery(() => loadOverview(api), [], {
    changes: ['run', 'task', 'tick'],
    pauseMs: OVERVIEW_PAUSE_MS,
  });
  const schedule = useQuery(() => api.getSchedule({ query: { limit: 1 } }), [], {
    changes: ['schedule', 'tick'],
  });
  const rules = useQuery(() => api.listAlertRules(), [], { changes: ['alert'] });
  const alerts = useQuery(() => api.listAlerts({ query: { open: 'true', limit: MOST_ALERTS + 1 } }), [], {
    changes: ['alert'],
  });
  const providers = useProviders();
  const overview = newest.data?.overview ?? null;
  // What was due before the first tick of this installation, nobody was to run.
  const due = schedule.data?.ticks[0]?.partition ?? null;
  return (
    <Page title="Overview">
      <Answer query={newest}>
        {() => (overview === null ? <NothingYet /> : <ReadinessLine overview={overview} due={due} />)}
      </Answer>
      <Answer query={schedule}>
        {(answer) => <RunFacts run={overview?.run ?? null} schedule={answer} />}
      </Answer>
      {overview === null ? null : (
        <>
          <RunGraph {...overview} />
          <LatestSignals {...overview} />
        </>
      )}
      <Answer query={alerts}>
        {({ data }) =>
          data.length === 0 ? (
            <EmptyNote>No alert is open.</EmptyNote>
          ) : (
            <>
              <AlertTable caption="Alerts that last" alerts={data.slice(0, MOST_ALERTS)} />
              {data.length > MOST_ALERTS ? <a href="/alerts">All alerts that last</a> : null}
            </>
          )
        }
      </Answer>
      <div class="beside">
        <div>
          <Answer query={rules}>
            {({ data }) =>
              overview === null || schedule.data === null ? null : (
                <Freshness overview={overview} rules={data} zone={schedule.data.timezone} />
              )
            }
          </Answer>
        </div>
        <div>
          <Answer query={providers}>{({ data }) => <ProviderList providers={data} />}</Answer>
        </div>
      </div>
    </Page>
  );
}

const NothingYet = () => (
  <EmptyNote>Nothing has run yet. The first run starts with the next tick, or with a backfill.</EmptyNote>
);
