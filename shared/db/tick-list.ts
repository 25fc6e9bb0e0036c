import { sql } from 'drizzle-orm';
import type { Day } from '../time.ts';
import type { Queryable } from './client.ts';
import { isoText } from './iso-text.ts';

/** One due moment of a schedule and what became of it. */
export interface TickView {
  readonly schedule: string;
  readonly dueAt: string;
  readonly partition: Day;
  readonly outcome: 'started' | 'late' | 'caught_up' | 'missed';
  readonly runId: string | null;
  readonly recordedAt: string;
}

/** Ticks, newest first. The anchor of the first start was no due moment and is left out. */
export async function listTicks(
  db: Queryable,
  page: { readonly before?: string | undefined; readonly limit: number },
): Promise<TickView[]> {
  const result = await db.execute<TickView & Record<string, unknown>>(sql`
    select schedule, ${isoText(sql`due_at`)} as "dueAt", partition::text, outcome, run_id as "runId",
      ${isoText(sql`recorded_at`)} as "recordedAt"
    from ticks
    where outcome <> 'installed' and ${page.before === undefined ? sql`true` : sql`due_at < ${page.before}::timestamptz`}
    order by due_at desc, schedule limit ${page.limit}`);
  return result.rows;
}
