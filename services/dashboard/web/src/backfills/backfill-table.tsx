import { Progress } from '../components/progress.tsx';
import { State } from '../components/state.tsx';
import { Table } from '../components/table.tsx';
import { Time } from '../components/time.tsx';
import { formatCount, formatRange } from '../format.ts';
import { Requests } from '../partitions/backfill-plan.tsx';
import { describeRate, type Backfill } from './backfill.ts';

/** Backfills, newest first; each leads to its page. */
export const BackfillTable = ({ backfills }: { readonly backfills: readonly Backfill[] }) => (
  <Table
    caption="Backfills, newest first"
    rows={backfills}
    keyOf={({ id }) => id}
    columns={[
      {
        label: 'Range',
        show: ({ id, from, to }) => (
          <a class="range" href={`/backfills/${id}`}>
            {formatRange({ from, to })}
          </a>
        ),
      },
      { label: 'State', show: ({ state }) => <State of={state} /> },
      { label: 'Assets', isNumber: true, show: ({ assets }) => formatCount(assets.length) },
      {
        label: 'Partitions',
        show: ({ from, to, partitions }) => <Progress of={formatRange({ from, to })} {...partitions} />,
      },
      {
        label: 'Rate',
        isNumber: true,
        show: (backfill) => <span class="range">{describeRate(backfill)}</span>,
      },
      {
        label: 'Done',
        show: ({ eta, finishedAt }) =>
          finishedAt === null && eta !== null ? (
            <>
              about <Time of={eta} />
            </>
          ) : (
            <Time of={finishedAt} />
          ),
      },
      { label: 'Requests', show: ({ requests }) => <Requests of={requests} /> },
      { label: 'Asked for', show: ({ createdAt }) => <Time of={createdAt} /> },
    ]}
  />
);
