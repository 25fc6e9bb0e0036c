/** Runs a query in the database of a demo. */
export type ListRows = <Row extends object>(text: string) => Promise<Row[]>;

/** What must be there once: tasks that were committed more than once, and the reports and signals that there are. */
export async function countWritten(list: ListRows): Promise<object | undefined> {
  const [counts] = await list(`
    select (select count(*)::int from (
        select from task_events where kind = 'succeeded' group by task_id having count(*) > 1) twice) as "committedTwice",
      (select count(*)::int from agent_reports) as reports, (select count(*)::int from signals) as signals,
      (select count(*)::int from signals where revision > 0) as revised`);
  return counts;
}

/** What `countWritten` finds after a demo over this many partitions: five agents with 23 signals. */
export const writtenOnce = (partitions: number): object => ({
  committedTwice: 0,
  reports: 5 * partitions,
  signals: 23 * partitions,
  revised: 0,
});

/** An answer of a provider that was archived more than once, with when the first and the last of them came. */
export interface ArchivedTwice {
  readonly provider: string;
  readonly key: string;
  readonly window: string;
  readonly part: string;
  readonly times: number;
  readonly first: Date;
  readonly last: Date;
}

/** Answers of providers that were archived more than once. */
export function listArchivedTwice(list: ListRows): Promise<ArchivedTwice[]> {
  return list(`
    select provider, key, window_id as window, part, count(*)::int as times, min(fetched_at) as first, max(fetched_at) as last
    from payloads group by 1, 2, 3, 4 having count(*) > 1`);
}

/** Inputs of signals that had not been released by the cutoff of their partition. */
export function listLateInputs(list: ListRows): Promise<object[]> {
  return list(`
    select signal_id, partition, input from signals, jsonb_array_elements(inputs) as input
    where (input ->> 'releaseTime')::timestamptz > (
      (partition + case when extract(isodow from partition) = 5 then 3 else 1 end)::timestamp + interval '6 hours')
      at time zone 'America/Sao_Paulo' limit 3`);
}
