import { Table } from '../components/table.tsx';
import { lineageAddress, type ReportPlace } from '../lineage/address.ts';
import type { OutputRow } from './outputs.ts';

const OutputValue = ({ row, report }: { readonly row: OutputRow; readonly report: ReportPlace | null }) =>
  report === null || !row.isFinding ? (
    <span class="prose">{row.value}</span>
  ) : (
    <a
      href={lineageAddress(report, row.source === null ? {} : { output: row.source })}
      aria-label={`${row.value}: lineage of ${row.path}`}
    >
      {row.value}
    </a>
  );

/** Outputs by name; what belongs to a name stands below it, indented. Findings of a report that is named lead to their lineage. */
export const OutputTable = ({
  caption,
  rows,
  report = null,
}: {
  readonly caption: string;
  readonly rows: readonly OutputRow[];
  readonly report?: ReportPlace | null;
}) =>
  rows.length === 0 ? null : (
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
