import { useWorkplace } from '../api.ts';
import { FormDialog, textOf } from '../components/form-dialog.tsx';

/** Pauses the schedule, or resumes it; the reason is kept with the change. */
export function PauseForm({ isPaused, onDone }: { readonly isPaused: boolean; readonly onDone: () => void }) {
  const { api } = useWorkplace();
  const change = isPaused ? api.resumeSchedule : api.pauseSchedule;
  return (
    <FormDialog
      button={isPaused ? 'Resume' : 'Pause'}
      title={isPaused ? 'Resume the schedule' : 'Pause the schedule'}
      role="operator"
      submit={(form) => change({ body: { reason: textOf(form, 'reason') || null } })}
      onDone={onDone}
    >
      <p class="quiet">
        {isPaused
          ? 'Ticks that passed meanwhile are made up for as “After downtime” says.'
          : 'No scheduled run starts until it is resumed. Runs that are under way go on.'}
      </p>
      <label>
        Reason, for the audit log
        <input name="reason" maxLength={2_000} required={!isPaused} />
      </label>
    </FormDialog>
  );
}
