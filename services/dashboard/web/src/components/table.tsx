import type { ComponentChildren } from 'preact';

/** One column: its heading and what it shows of a row. Numbers stand to the right. */
export interface Column<Row> {
  readonly label: string;
  readonly show: (row: Row) => ComponentChildren;
  readonly isNumber?: boolean;
}

/** Rows as a table that scrolls by itself where the page is narrow. */
export function Table<Row>({
  caption,
  columns,
  rows,
  keyOf,
}: {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
}) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={caption}>
      <table>
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
                <td key={label} class={isNumber === true ? 'number' : undefined}>
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
