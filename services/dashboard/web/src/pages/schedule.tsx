import { useState } from 'preact/hooks';
import { useWorkplace } from '../api.ts';
import { Action } from '../components/action.tsx';
import { Answer, EmptyNote } from '../components/notes.tsx';
import { Page } from '../components/page.tsx';
import { State } from '../components/state.tsx';
import { Table } from '../components/table.tsx';
import { Time } from '../components/time.tsx';
import { useQuery } from '../use-query.ts';

/** When the next run is due, and what became of the past ticks. */
export function SchedulePage() {
  const { api } = useWorkplace();
  const [reason, setReason] = useState('');
  const query = useQuery(() => api.getSchedule({ query: { limit: 100 } }), [], {
    changes: ['schedule', 'tick', 'run'],
  });
  const body = { reason: reason === '' ? null : reason };
  return (
    <Page title="Schedule">
      <Answer query={query}>
        {(schedule) => (
          <>
            <dl class="facts">
              <dt>Due</dt>
              <dd>
                <code>{schedule.cron}</code> {schedule.timezone}
              </dd>
              <dt>Next tick</dt>
              <dd>
                {schedule.nextTick === null ? (
                  '–'
                ) : (
                  <>
                    <Time of={schedule.nextTick.dueAt} />, partition {schedule.nextTick.partition}
                  </>
                )}
              </dd>
              <dt>After downtime</dt>
              <dd>{schedule.catchUp}</dd>
              <dt>State</dt>
              <dd>
                {schedule.paused === null ? (
                  <State of={schedule.enabled ? 'running' : 'off'} />
                ) : (
                  <>
                    <State of="paused" /> by {schedule.paused.by} since <Time of={schedule.paused.since} />
                    {schedule.paused.reason === null ? '' : `: ${schedule.paused.reason}`}
                  </>
                )}
              </dd>
            </dl>
            <div class="row">
              <label>
                Reason <input value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
              </label>
              {schedule.paused === null ? (
                <Action role="operator" run={() => api.pauseSchedule({ body })} onDone={query.reload}>
                  Pause
                </Action>
              ) : (
                <Action role="operator" run={() => api.resumeSchedule({ body })} onDone={query.reload}>
                  Resume
                </Action>
              )}
            </div>
            {schedule.ticks.length === 0 ? (
              <EmptyNote>No tick has been due yet.</EmptyNote>
            ) : (
              <Table
                caption="Past ticks"
                rows={schedule.ticks}
                keyOf={({ dueAt }) => dueAt}
                columns={[
                  { label: 'Due', show: ({ dueAt }) => <Time of={dueAt} /> },
                  { label: 'Partition', show: ({ partition }) => partition },
                  { label: 'Outcome', show: ({ outcome }) => <State of={outcome} /> },
                  {
                    label: 'Run',
                    show: ({ runId }) =>
                      runId === null ? '–' : <a href={`/runs/${runId}`}>{runId.slice(0, 8)}</a>,
                  },
                ]}
              />
            )}
          </>
        )}
      </Answer>
    </Page>
  );
}
