import type { Answer } from '../../../../../shared/contract/endpoint.ts';
import type { getReport } from '../../../../../shared/contract/signals.ts';
import { EmptyNote } from '../components/notes.tsx';
import { State } from '../components/state.tsx';
import { Table } from '../components/table.tsx';
import { Time } from '../components/time.tsx';
import { formatPercent } from '../format.ts';
import { lineageAddress, upstreamAddress, type ReportPlace } from '../lineage/address.ts';

export type Report = Answer<typeof getReport>;
type Input = Report['signals'][number]['inputs'][number];

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

/** A line of the narrative, in which every signal leads to what it was made of. */
function NarrativeLine({
  line,
  ids,
  place,
}: {
  readonly line: string;
  readonly ids: ReadonlySet<string>;
  readonly place: ReportPlace;
}) {
  return (
    <li>
      {line
        .split(/(\b[A-Z][A-Z_]+\b)/)
        .map((word) => (ids.has(word) ? <a href={lineageAddress(place, { signal: word })}>{word}</a> : word))}
    </li>
  );
}

/** What the agent says, line by line; its numbers are those of the signals and of the other outputs. */
export function Narrative({ report, place }: { readonly report: Report; readonly place: ReportPlace }) {
  const ids = new Set(report.signals.map(({ signalId }) => signalId));
  return (
    <>
      <ul class="narrative">
        {report.narrative.split('\n').map((line) => (
          <NarrativeLine key={line} line={line} ids={ids} place={place} />
        ))}
      </ul>
      <p class="no-print">
        <a href={lineageAddress(place)}>What every number of this report rests on</a>
      </p>
    </>
  );
}

function InputName({ input, place }: { readonly input: Input; readonly place: ReportPlace }) {
  const address = upstreamAddress(input, place);
  return address === null ? <>{input.key}</> : <a href={address}>{input.key}</a>;
}

/** What each signal rests on. */
export function ReportInputs({ report, place }: { readonly report: Report; readonly place: ReportPlace }) {
  const rows = report.signals.flatMap(({ signalId, inputs }) =>
    inputs.map((input, rank) => ({ ...input, signalId, rank })),
  );
  if (rows.length === 0) return <EmptyNote>No signal had inputs.</EmptyNote>;
  return (
    <Table
      caption="Inputs"
      rows={rows}
      keyOf={({ signalId, rank }) => `${signalId} ${rank}`}
      columns={[
        {
          label: 'Signal',
          show: ({ signalId }) => (
            <a class="nowrap" href={lineageAddress(place, { signal: signalId })}>
              {signalId}
            </a>
          ),
        },
        { label: 'Input', show: (input) => <InputName input={input} place={place} /> },
        { label: 'Last period', show: ({ lastPeriod }) => lastPeriod ?? '–' },
        { label: 'Known from', show: ({ releaseTime }) => <Time of={releaseTime} /> },
        { label: 'Stands for', show: ({ proxy }) => proxy ?? '–' },
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
