import { useWorkplace } from '../api.ts';
import { FormDialog, textOf } from '../components/form-dialog.tsx';
import type { Rule } from '../overview/freshness.tsx';

/** Changes threshold, deadline and cool-down of a rule: only those that it has. */
export function RuleForm({ rule, onDone }: { readonly rule: Rule; readonly onDone: () => void }) {
  const { api } = useWorkplace();
  const { name, threshold, thresholdUnit, deadline, cooldownMinutes } = rule;
  const save = (form: FormData) =>
    api.changeAlertRule({
      params: { name },
      body: {
        ...(thresholdUnit === null ? {} : { threshold: Number(textOf(form, 'threshold')) }),
        ...(deadline === null ? {} : { deadline: textOf(form, 'deadline') }),
        cooldownMinutes: Number(textOf(form, 'cooldownMinutes')),
        reason: textOf(form, 'reason') || null,
      },
    });
  return (
    <FormDialog button="Edit" title={`Rule ${name}`} role="operator" submit={save} onDone={onDone}>
      {thresholdUnit === null ? null : (
        <label>
          Threshold ({thresholdUnit})
          <input
            name="threshold"
            type="number"
            min={0}
            step="any"
            required
            defaultValue={String(threshold ?? '')}
          />
        </label>
      )}
      {deadline === null ? null : (
        <label>
          Deadline (time of the schedule)
          <input name="deadline" type="time" required defaultValue={deadline} />
        </label>
      )}
      <label>
        Cool-down (minutes)
        <input
          name="cooldownMinutes"
          type="number"
          min={0}
          max={10_080}
          step={1}
          required
          defaultValue={String(cooldownMinutes)}
        />
      </label>
      <label>
        Reason, for the audit log
        <input name="reason" maxLength={2_000} />
      </label>
    </FormDialog>
  );
}
