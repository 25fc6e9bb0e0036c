import type { Backfill } from './backfill.ts';
import { useWorkplace } from '../api.ts';
import { FormDialog, textOf } from '../components/form-dialog.tsx';
import { formatRange } from '../format.ts';

/** What may be asked of a backfill in which states, and what it does. */
const CHANGES = {
  pause: {
    label: 'Pause',
    states: ['planned', 'running'],
    effect: 'No further run or task begins. What is running finishes.',
  },
  resume: { label: 'Resume', states: ['paused'], effect: 'It goes on where it was paused.' },
  retry: {
    label: 'Retry',
    states: ['partially_failed', 'failed', 'cancelled'],
    effect: 'Failed, skipped and cancelled tasks are done again. Those that succeeded are not touched.',
  },
  cancel: {
    label: 'Cancel backfill',
    states: ['planned', 'running', 'paused'],
    effect: 'All its runs end now. What was computed stays.',
  },
} as const;

/** The changes that are possible now; each asks why, for the audit log. */
export function ChangeForms({
  backfill,
  onDone,
}: {
  readonly backfill: Backfill;
  readonly onDone: () => void;
}) {
  const { api } = useWorkplace();
  const send = {
    pause: api.pauseBackfill,
    resume: api.resumeBackfill,
    retry: api.retryBackfill,
    cancel: api.cancelBackfill,
  };
  const params = { id: backfill.id };
  return (
    <>
      {(Object.keys(CHANGES) as (keyof typeof CHANGES)[])
        .filter((name) => CHANGES[name].states.some((state) => state === backfill.state))
        .map((name) => (
          <FormDialog
            key={name}
            button={CHANGES[name].label}
            title={`${CHANGES[name].label}: ${formatRange(backfill)}`}
            role="operator"
            submit={(form) => send[name]({ params, body: { reason: textOf(form, 'reason') || null } })}
            onDone={onDone}
          >
            <p class="quiet">{CHANGES[name].effect} Asked for twice, it happens once.</p>
            <label>
              Reason, for the audit log
              <input name="reason" maxLength={2_000} />
            </label>
          </FormDialog>
        ))}
    </>
  );
}
