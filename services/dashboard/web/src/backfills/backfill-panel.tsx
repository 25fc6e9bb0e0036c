import { useWorkplace } from '../api.ts';
import { Answer } from '../components/notes.tsx';
import { Progress } from '../components/progress.tsx';
import { State } from '../components/state.tsx';
import { Time } from '../components/time.tsx';
import { useAddress } from '../use-address.ts';
import { useQuery } from '../use-query.ts';
import { describeRate } from './backfill.ts';
import { ChangeForms } from './change-form.tsx';
import { formatRange } from '../format.ts';

/** The progress of a backfill, in a few lines. */
export function BackfillPanel({ id }: { readonly id: string }) {
  const { api } = useWorkplace();
  const { withQuery } = useAddress();
  const query = useQuery(() => api.getBackfill({ params: { id } }), [id], {
    changes: ['backfill', 'run', 'task'],
  });
  return (
    <section class="panel apart" aria-label="Progress of the backfill">
      <Answer query={query}>
        {(backfill) => (
          <>
            <p class="row">
              <a href={`/backfills/${id}`}>Backfill {formatRange(backfill)}</a>
              <State of={backfill.state} />
              <a href={withQuery({ backfill: null })}>Hide</a>
            </p>
            <Progress of="the backfill" {...backfill.partitions} />
            <p class="row">
              <span>{describeRate(backfill)}</span>
              {backfill.eta === null ? null : (
                <span>
                  done about <Time of={backfill.eta} />
                </span>
              )}
              <ChangeForms backfill={backfill} onDone={query.reload} />
            </p>
          </>
        )}
      </Answer>
    </section>
  );
}
