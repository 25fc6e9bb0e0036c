import { useWorkplace } from '../api.ts';
import { Answer, EmptyNote } from '../components/notes.tsx';
import { Older } from '../components/older.tsx';
import { Page } from '../components/page.tsx';
import { DateTables } from '../schedule/date-tables.tsx';
import { PauseForm } from '../schedule/pause-form.tsx';
import { ScheduleFacts } from '../schedule/schedule-facts.tsx';
import { TickTable } from '../schedule/tick-table.tsx';
import { useAddress } from '../use-address.ts';
import { useQuery } from '../use-query.ts';

/** When the next run is due, and what became of the past ticks. */
export function SchedulePage() {
  const { api } = useWorkplace();
  const { cursor } = useAddress().query;
  const query = useQuery(() => api.getSchedule({ query: { limit: 60, cursor } }), [cursor], {
    changes: ['schedule', 'tick', 'run'],
  });
  return (
    <Page
      title="Schedule"
      actions={
        query.data === null ? null : <PauseForm isPaused={query.data.paused !== null} onDone={query.reload} />
      }
    >
      <Answer query={query}>
        {(schedule) => (
          <>
            <ScheduleFacts schedule={schedule} />
            {schedule.ticks.length === 0 ? (
              <EmptyNote>No tick has been due yet.</EmptyNote>
            ) : (
              <TickTable ticks={schedule.ticks} />
            )}
            <Older nextCursor={schedule.nextCursor} />
          </>
        )}
      </Answer>
      <DateTables />
    </Page>
  );
}
