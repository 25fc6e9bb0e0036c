import { useRoute } from 'preact-iso';
import { useWorkplace } from '../api.ts';
import { AssetProgress } from '../backfills/asset-progress.tsx';
import { BackfillFacts } from '../backfills/backfill-facts.tsx';
import { ChangeForms } from '../backfills/change-form.tsx';
import { ChangeList } from '../backfills/change-list.tsx';
import { RunTable } from '../backfills/run-table.tsx';
import { Answer } from '../components/notes.tsx';
import { Page } from '../components/page.tsx';
import { useQuery } from '../use-query.ts';
import { formatRange } from '../format.ts';

function Backfill({ id }: { readonly id: string }) {
  const { api } = useWorkplace();
  const query = useQuery(() => api.getBackfill({ params: { id } }), [id], {
    changes: ['backfill', 'run', 'task'],
  });
  const { data, reload } = query;
  return (
    <Page
      title={data === null ? 'Backfill' : `Backfill ${formatRange(data)}`}
      actions={data === null ? null : <ChangeForms backfill={data} onDone={reload} />}
    >
      <Answer query={query}>
        {(backfill) => (
          <>
            <BackfillFacts backfill={backfill} />
            <p>
              <a href={`/partitions?from=${backfill.from}&to=${backfill.to}&backfill=${id}`}>
                On the map of partitions
              </a>
            </p>
            <h2>Assets</h2>
            <AssetProgress id={id} />
            <h2>Runs</h2>
            <RunTable backfillId={id} />
            <h2>Changes</h2>
            <ChangeList id={id} />
          </>
        )}
      </Answer>
    </Page>
  );
}

/** One backfill: how far it is with what, its runs, and who changed it. */
export function BackfillPage() {
  const { id = '' } = useRoute().params;
  return <Backfill key={id} id={id} />;
}
