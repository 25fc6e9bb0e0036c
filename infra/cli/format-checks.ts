import type { CheckResult } from './answers.ts';
import { formatTable } from './format-table.ts';

function formatDates(dates: readonly string[]): string {
  const [first = '-'] = dates;
  return dates.length > 1 ? `${first} +${dates.length - 1}` : first;
}

/** Results of checks as a table, newest first; a line that says so when there are none. */
export function formatCheckTable(results: readonly CheckResult[]): string[] {
  if (results.length === 0) return ['none'];
  return formatTable(
    [
      { render: ({ key }) => key, title: 'key' },
      { render: ({ check }) => check, title: 'check' },
      { render: ({ severity }) => severity, title: 'severity' },
      { render: ({ status }) => status, title: 'status' },
      { render: ({ dates }) => formatDates(dates), title: 'dates' },
      { render: ({ observed }) => observed || '-', title: 'observed' },
    ],
    results,
  );
}
