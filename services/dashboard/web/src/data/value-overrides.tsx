import { useWorkplace } from '../api.ts';
import { DayInput } from '../components/day-input.tsx';
import { FormDialog, textOf } from '../components/form-dialog.tsx';
import { Answer, EmptyNote } from '../components/notes.tsx';
import { State } from '../components/state.tsx';
import { Table } from '../components/table.tsx';
import { Time } from '../components/time.tsx';
import { useQuery } from '../use-query.ts';
import { formatNumber, nameUnit } from '../quantity.ts';

/** Values that people have set by hand, with who and why, and the form to set one. */
export function ValueOverrides({
  series,
  unit,
  onSet,
}: {
  readonly series: string;
  readonly unit: string;
  readonly onSet: () => void;
}) {
  const { api } = useWorkplace();
  const query = useQuery(() => api.listValueOverrides({ params: { key: series } }), [series]);
  const submit = (form: FormData): Promise<unknown> => {
    const value = textOf(form, 'value');
    return api.createValueOverride({
      params: { key: series },
      body: {
        observationDate: textOf(form, 'observationDate'),
        value: value === '' ? null : value,
        reason: textOf(form, 'reason'),
      },
    });
  };
  const done = (): void => {
    query.reload();
    onSet();
  };
  return (
    <section>
      <h2>Values set by hand</h2>
      <Answer query={query}>
        {({ data }) =>
          data.length === 0 ? (
            <EmptyNote>Nobody has set a value of this series.</EmptyNote>
          ) : (
            <Table
              caption="Values set by hand"
              rows={data}
              keyOf={({ id }) => String(id)}
              columns={[
                { label: 'Date', show: ({ observationDate }) => observationDate },
                {
                  label: `Value (${nameUnit(unit)})`,
                  show: ({ value }) => formatNumber(value, unit),
                  isNumber: true,
                },
                {
                  label: `Before (${nameUnit(unit)})`,
                  show: ({ previousValue }) => formatNumber(previousValue, unit),
                  isNumber: true,
                },
                { label: 'By', show: ({ actor }) => actor },
                { label: 'Why', show: ({ reason }) => reason },
                { label: 'Set', show: ({ createdAt }) => <Time of={createdAt} /> },
                {
                  label: 'State',
                  show: ({ inForce }) => <State of={inForce ? 'in_force' : 'changed_since'} />,
                },
              ]}
            />
          )
        }
      </Answer>
      <FormDialog
        button="Set a value"
        title={`Set a value of ${series}`}
        role="admin"
        submit={submit}
        onDone={done}
      >
        <DayInput label="Observation date" name="observationDate" value="" isRequired />
        <label>
          Value in {nameUnit(unit)} (empty: there is none)
          <input name="value" inputMode="decimal" />
        </label>
        <label>
          Why
          <input name="reason" required maxLength={2_000} />
        </label>
      </FormDialog>
    </section>
  );
}
