import { RunLink } from '../components/links.tsx';
import { State } from '../components/state.tsx';
import { Table } from '../components/table.tsx';
import { Time } from '../components/time.tsx';
import type { Schedule } from './schedule-facts.tsx';

type Tick = Schedule['ticks'][number];

const REASONS: Readonly<Record<NonNullable<Tick['reason']>, string>> = {
  paused: 'the schedule was paused',
  no_scheduler: 'no scheduler was running',
};

/** What became of the past ticks, newest first. */
export const TickTable = ({ ticks }: { readonly ticks: readonly Tick[] }) => (
  <Table
    caption="Past ticks"
    rows={ticks}
    keyOf={({ dueAt }) => dueAt}
    columns={[
      { label: 'Due', show: ({ dueAt }) => <Time of={dueAt} /> },
      { label: 'Partition', show: ({ partition }) => partition },
      { label: 'Outcome', show: ({ outcome }) => <State of={outcome} /> },
      { label: 'Reason', show: ({ reason }) => (reason === null ? '–' : REASONS[reason]) },
      { label: 'Recorded', show: ({ recordedAt }) => <Time of={recordedAt} /> },
      { label: 'Run', show: ({ runId }) => <RunLink id={runId} /> },
      { label: 'Its state', show: ({ runState }) => (runState === null ? '–' : <State of={runState} />) },
    ]}
  />
);
