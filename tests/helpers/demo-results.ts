import { expect } from 'vitest';

/** Runs a query in the database of a demo. */
export type ListRows = <Row extends object>(text: string) => Promise<Row[]>;

/** Signals that the five agents emit for one partition. */
const SIGNALS = 23;
const AGENTS = 5;

/** Fails unless every task of a demo over this many partitions was committed once, and every report and signal is there once. */
export async function expectWrittenOnce(list: ListRows, partitions: number): Promise<void> {
  expect(
    await list(
      `select task_id from task_events where kind = 'succeeded' group by task_id having count(*) > 1`,
    ),
  ).toEqual([]);
  const [counts] = await list(`
    select (select count(*)::int from signals) as signals, (select count(*)::int from agent_reports) as reports,
      (select count(*)::int from signals where revision > 0) as revised`);
  expect(counts).toEqual({ signals: SIGNALS * partitions, reports: AGENTS * partitions, revised: 0 });
}

/** Fails unless every answer of a provider was archived once. */
export async function expectArchivedOnce(list: ListRows): Promise<void> {
  expect(
    await list(`select provider, key, window_id, part from payloads group by 1, 2, 3, 4 having count(*) > 1`),
  ).toEqual([]);
}

/** Fails unless all that agents used had been released by the cutoff of its partition. */
export async function expectNoLookAhead(list: ListRows): Promise<void> {
  const late = await list(`
    select signal_id, partition, input from signals, jsonb_array_elements(inputs) as input
    where (input ->> 'releaseTime')::timestamptz > (
      (partition + case when extract(isodow from partition) = 5 then 3 else 1 end)::timestamp + interval '6 hours')
      at time zone 'America/Sao_Paulo' limit 3`);
  expect(late).toEqual([]);
}
