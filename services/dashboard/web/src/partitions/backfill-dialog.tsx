import { useMemo, useRef, useState } from 'preact/hooks';
import { useWorkplace } from '../api.ts';
import { Answer, EmptyNote, ErrorNote } from '../components/notes.tsx';
import { may } from '../session.ts';
import { describeError, useQuery } from '../use-query.ts';
import { BackfillOptions, DEFAULTS, type Options } from './backfill-options.tsx';
import { BackfillPlan, type Plan } from './backfill-plan.tsx';
import type { Wanted } from './selection-form.tsx';
import { formatRange } from '../format.ts';

/** A name for one request: sent twice, it is still one backfill. Works without https, where `randomUUID` does not. */
function inventKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `dashboard-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** What would be done, asked anew with every change; the button that does it. */
function Form({
  wanted,
  onStarted,
  onClose,
}: {
  readonly wanted: Wanted;
  readonly onStarted: (backfillId: string) => void;
  readonly onClose: () => void;
}) {
  const { api } = useWorkplace();
  const [options, setOptions] = useState<Options>(DEFAULTS);
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const request = { ...wanted, assets: [...wanted.assets], ...options };
  const asked = JSON.stringify(request);
  const key = useMemo(inventKey, [asked]);
  const plan = useQuery(async () => {
    const answer = await api.createBackfill({ body: { ...request, dryRun: true } });
    return { asked, plan: answer as Plan };
  }, [asked]);
  const isCurrent = plan.error === null && plan.data?.asked === asked;
  const start = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const accepted = await api.createBackfill({ body: request, headers: { 'Idempotency-Key': key } });
      if ('id' in accepted) onStarted(accepted.id);
    } catch (failure) {
      setError(describeError(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      <h2 id="backfill-dialog">Backfill {formatRange(wanted)}</h2>
      <p class="assets-asked">{wanted.assets.join(', ')}</p>
      <BackfillOptions options={options} onChange={setOptions} />
      <section class="plan" aria-label="What it takes" aria-busy={!isCurrent && plan.error === null}>
        <Answer query={plan}>{(answer) => <BackfillPlan plan={answer.plan} />}</Answer>
      </section>
      {error === null ? null : <ErrorNote message={error} />}
      <div class="row">
        <button
          type="submit"
          class="primary"
          disabled={isBusy || !isCurrent || plan.data?.plan.partitions === 0}
        >
          Start backfill
        </button>
        <button type="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </form>
  );
}

/** The button that opens the dialog of a backfill. */
export function BackfillDialog({
  wanted,
  onStarted,
}: {
  readonly wanted: Wanted;
  readonly onStarted: (backfillId: string) => void;
}) {
  const { session } = useWorkplace();
  const dialog = useRef<HTMLDialogElement>(null);
  const [isOpen, setOpen] = useState(false);
  const isAllowed = may(session, 'operator');
  const close = (): void => dialog.current?.close();
  return (
    <>
      <button
        type="button"
        class="primary"
        disabled={!isAllowed || wanted.assets.length === 0}
        title={isAllowed ? undefined : 'Needs the role operator'}
        onClick={() => {
          setOpen(true);
          dialog.current?.showModal();
        }}
      >
        Backfill …
      </button>
      {isAllowed ? null : <EmptyNote>Needs the role operator.</EmptyNote>}
      <dialog ref={dialog} class="wide" aria-labelledby="backfill-dialog" onClose={() => setOpen(false)}>
        {isOpen ? (
          <Form
            wanted={wanted}
            onClose={close}
            onStarted={(id) => {
              close();
              onStarted(id);
            }}
          />
        ) : null}
      </dialog>
    </>
  );
}
