import { type Column, formatTable } from './format-table.ts';

type Cells = Record<string, unknown>;

function formatCell(value: unknown): string {
  if (value === null || value === undefined) return '-';
  if (Array.isArray(value)) return value.map(formatCell).join(' ') || '-';
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
}

function isRecord(value: unknown): value is Cells {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The `data` of a list of the API as a table with one column per field; a line that says so when it is empty. */
export function formatRecords(answer: unknown): string[] {
  const data = isRecord(answer) && Array.isArray(answer['data']) ? answer['data'].filter(isRecord) : [];
  if (data.length === 0) return ['none'];
  const fields = [...new Set(data.flatMap((record) => Object.keys(record)))];
  const columns = fields.map((title): Column<Cells> => ({
    render: (record) => formatCell(record[title]),
    title,
  }));
  return formatTable(columns, data);
}
