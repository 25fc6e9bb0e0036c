import { formatRecords } from './format-records.ts';

/** A line of the history of a task: what is shown of it. */
interface TaskEvent {
  readonly at: string;
  readonly asset: string;
  readonly kind: string;
  readonly attempt: number;
  readonly detail: Readonly<Record<string, unknown>> | null;
}

/** Lines of the history of tasks as a table. */
export const formatEvents = (events: readonly TaskEvent[]): string[] =>
  formatRecords({
    data: events.map(({ at, asset, kind, attempt, detail }) => ({ at, asset, kind, attempt, detail })),
  });
