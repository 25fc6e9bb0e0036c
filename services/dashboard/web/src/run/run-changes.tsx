import { useWorkplace } from '../api.ts';
import { FormDialog, textOf } from '../components/form-dialog.tsx';
import { isOpen, isRetriable, type RunDetail } from './run.ts';

const Reason = () => (
  <label>
    Reason, for the audit log
    <input name="reason" maxLength={2_000} />
  </label>
);

/** What may be done to a run as it is. */
export function RunChanges({ run, onDone }: { readonly run: RunDetail; readonly onDone: () => void }) {
  const { api } = useWorkplace();
  const askFor = (form: FormData) => ({
    params: { id: run.id },
    body: { reason: textOf(form, 'reason') || null },
  });
  if (isOpen(run))
    return (
      <FormDialog
        key="cancel"
        button="Cancel run"
        title="Cancel this run"
        role="operator"
        submit={(form) => api.cancelRun(askFor(form))}
        onDone={onDone}
      >
        <p class="quiet">Tasks that have not ended are cancelled; what is committed stays.</p>
        <Reason />
      </FormDialog>
    );
  if (!isRetriable(run)) return null;
  return (
    <FormDialog
      key="retry"
      button="Retry from failure"
      title="Retry this run from failure"
      role="operator"
      submit={(form) => api.retryRun(askFor(form))}
      onDone={onDone}
    >
      <p class="quiet">
        Failed, skipped and cancelled tasks are done again; those that succeeded are not touched.
      </p>
      <Reason />
    </FormDialog>
  );
}
