import type { ComponentChildren } from 'preact';

/** One column: its heading and what it shows of a row. Numbers stand to the right. */
export interface Column<Row> {
  readonly label: string;
  readonly show: (row: Row) => ComponentChildren;
  readonly isNumber?: boolean;
}

/**
 * Rows as a table. Where the page is narrow it scrolls by itself; one whose rows are read and not compared shows each of
 * them as a block of labels and values there.
 */
export function Table<Row>({
  caption,
  columns,
  rows,
  keyOf,
  isRead = false,
}: {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly isRead?: boolean;
}) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={caption}>
      <table class={isRead ? 'read' : undefined}>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ label, isNumber }) => (
              <th key={label} scope="col" class={isNumber === true ? 'number' : undefined}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ label, show, isNumber }) => (
                <td key={label} class={isNumber === true ? 'number' : undefined} data-label={label}>
                  {show(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
