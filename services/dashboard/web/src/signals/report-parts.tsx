import type { Answer } from '../../../../../shared/contract/endpoint.ts';
import type { getReport } from '../../../../../shared/contract/signals.ts';
import { EmptyNote } from '../components/notes.tsx';
import { State } from '../components/state.tsx';
import { Table } from '../components/table.tsx';
import { Time } from '../components/time.tsx';
import { listOutputs } from './outputs.ts';
import { formatPercent } from '../format.ts';

export type Report = Answer<typeof getReport>;

/** When a report was made, by which model, and how much of it ran. */
export const ReportFacts = ({
  report,
  asOf,
}: {
  readonly report: Report;
  /** The day by which it was made, where one is chosen: there may be a later one. */
  readonly asOf: string | undefined;
}) => (
  <dl class="facts">
    <dt>State</dt>
    <dd>
      <State of={report.status} />, {formatPercent(report.coverage)} of the signals ran
    </dd>
    <dt>Model version</dt>
    <dd>
      {report.modelVersion}, revision {report.revision}
    </dd>
    <dt>Made</dt>
    <dd>
      <Time of={report.createdAt} />
      {asOf === undefined ? null : `, the last by ${asOf}`}
    </dd>
  </dl>
);

/** What the agent says, line by line. */
export const Narrative = ({ report }: { readonly report: Report }) => (
  <ul class="narrative">
    {report.narrative.split('\n').map((line) => (
      <li key={line}>{line}</li>
    ))}
  </ul>
);

/** What each signal rests on. */
export function ReportInputs({ report }: { readonly report: Report }) {
  const rows = report.signals.flatMap(({ signalId, inputs }) =>
    inputs.map((input, place) => ({ ...input, signalId, place })),
  );
  if (rows.length === 0) return <EmptyNote>No signal had inputs.</EmptyNote>;
  return (
    <Table
      caption="Inputs"
      rows={rows}
      keyOf={({ signalId, place }) => `${signalId} ${place}`}
      columns={[
        {
          label: 'Signal',
          show: ({ signalId }) => (
            <a class="nowrap" href={`/lineage/${report.agent}/${report.partition}?signal=${signalId}`}>
              {signalId}
            </a>
          ),
        },
        { label: 'Input', show: ({ key }) => key },
        { label: 'Last period', show: ({ lastPeriod }) => lastPeriod ?? '–' },
        { label: 'Known from', show: ({ releaseTime }) => <Time of={releaseTime} /> },
        { label: 'Stands for', show: ({ proxy }) => proxy ?? '–' },
      ]}
    />
  );
}

/** What the models give beside signals, by name; what belongs to a name stands below it, indented. */
export function ReportOutputs({ report }: { readonly report: Report }) {
  const rows = listOutputs(report.outputs);
  if (rows.length === 0) return null;
  return (
    <Table
      caption="Other outputs"
      rows={rows}
      keyOf={({ path }) => path}
      columns={[
        { label: 'Output', show: ({ name, depth }) => <span class={`depth-${depth}`}>{name}</span> },
        { label: 'Value', show: ({ value }) => value },
      ]}
    />
  );
}

/** What was wrong with the data. */
export const QualityFlags = ({ flags }: { readonly flags: readonly string[] }) =>
  flags.length === 0 ? null : (
    <section>
      <h2>Data quality</h2>
      <ul>
        {flags.map((flag) => (
          <li key={flag}>{flag}</li>
        ))}
      </ul>
    </section>
  );
