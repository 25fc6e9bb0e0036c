import { useLocation } from 'preact-iso';
import { dayInZone, FIRST_PARTITION, previousWeekday, SAO_PAULO } from '../../../../../shared/time.ts';
import { graph } from '../../../../../shared/pipeline/graph.ts';
import { useWorkplace } from '../api.ts';
import { assetOf } from '../asset-of.ts';
import { DayInput } from '../components/day-input.tsx';
import { FormDialog, textOf } from '../components/form-dialog.tsx';

/** Computes one partition now, and leads to the run that does it. */
export function StartRun() {
  const { api } = useWorkplace();
  const { route } = useLocation();
  const newest = previousWeekday(dayInZone(Date.now(), SAO_PAULO));
  const start = async (form: FormData): Promise<void> => {
    const assets = form
      .getAll('assets')
      .flatMap((name) => (typeof name === 'string' ? (assetOf(name) ?? []) : []));
    const run = await api.createRun({
      body: { partition: textOf(form, 'partition'), ...(assets.length === 0 ? {} : { assets }) },
    });
    route(`/runs/${run.id}`);
  };
  return (
    <FormDialog button="Start run" title="Compute one partition now" role="operator" submit={start}>
      <DayInput
        label="Partition, a weekday"
        name="partition"
        value={newest}
        isRequired
        min={FIRST_PARTITION}
        max={newest}
      />
      <fieldset>
        <legend>Assets; all when none is chosen</legend>
        {graph.names.map((name) => (
          <label key={name} class="choice">
            <input type="checkbox" name="assets" value={name} /> {name}
          </label>
        ))}
      </fieldset>
      <p class="quiet">What is materialized already is computed again. Upstreams are not added.</p>
    </FormDialog>
  );
}
