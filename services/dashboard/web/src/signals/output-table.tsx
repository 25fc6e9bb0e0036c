import type { OutputSource } from '../../../../../shared/contract/signals.ts';
import { Table } from '../components/table.tsx';
import { lineageAddress, type ReportPlace } from '../lineage/address.ts';
import { listOutputs, type OutputRow } from './outputs.ts';

const OutputValue = ({ row, report }: { readonly row: OutputRow; readonly report: ReportPlace }) =>
  row.value === '' ? null : (
    <a
      href={lineageAddress(report, row.source === null ? {} : { output: row.source })}
      aria-label={`${row.value}: lineage of ${row.path}`}
    >
      {row.value}
    </a>
  );

/** Outputs of a report by name, each value leading to what it was made of; what belongs to a name stands below it, indented. */
export function OutputTable({
  caption,
  outputs,
  sources,
  report,
}: {
  readonly caption: string;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly sources: readonly Pick<OutputSource, 'path' | 'units'>[];
  readonly report: ReportPlace;
}) {
  const rows = listOutputs(outputs, sources);
  if (rows.length === 0) return null;
  return (
    <Table
      caption={caption}
      rows={rows}
      keyOf={({ path }) => path}
      columns={[
        { label: 'Output', show: ({ name, depth }) => <span class={`depth-${depth}`}>{name}</span> },
        { label: 'Value', show: (row) => <OutputValue row={row} report={report} /> },
      ]}
    />
  );
}
