/** Widest line that the tables of the command line may have. */
export const TABLE_WIDTH = 110;

const GAP = '  ';
const ELLIPSIS = '…';
const NARROWEST = 8;

/** One column of a table. */
export interface Column<Row> {
  title: string;
  /** @default 'left' */
  align?: 'left' | 'right';
  render: (row: Row) => string;
}

/** `text` cut to `width` characters, with an ellipsis for what is missing. */
export function cutText(text: string, width: number): string {
  const line = text.replaceAll('\n', ' ');
  return line.length <= width ? line : `${line.slice(0, Math.max(width - 1, 0))}${ELLIPSIS}`;
}

/** Narrows the last column, which holds the free text, until the line fits. */
function fitWidths(widths: number[], width: number): number[] {
  const total = widths.reduce((sum, each) => sum + each, 0) + GAP.length * (widths.length - 1);
  const last = widths.at(-1) ?? 0;
  return [...widths.slice(0, -1), Math.max(last - Math.max(total - width, 0), Math.min(last, NARROWEST))];
}

/** The lines of a table: titles, a rule, one line per row; columns as wide as their content, the last one cut at `width`. */
export function formatTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width = TABLE_WIDTH,
): string[] {
  const cells = rows.map((row) => columns.map(({ render }) => render(row)));
  const titles = columns.map(({ title }) => title);
  const widths = fitWidths(
    titles.map((title, index) => Math.max(title.length, ...cells.map((line) => line[index]?.length ?? 0))),
    width,
  );
  const formatLine = (line: readonly string[]): string =>
    line
      .map((cell, index) => {
        const space = widths[index] ?? 0;
        const text = cutText(cell, space);
        return columns[index]?.align === 'right' ? text.padStart(space) : text.padEnd(space);
      })
      .join(GAP)
      .trimEnd();
  return [formatLine(titles), widths.map((space) => '-'.repeat(space)).join(GAP), ...cells.map(formatLine)];
}
