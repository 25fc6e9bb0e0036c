import { sql } from 'drizzle-orm';
import type { Day, Instant } from '../time.ts';
import { selectInForce } from './as-of.ts';
import type { Queryable } from './client.ts';
import { isoText } from './iso-text.ts';

/** A daily bar as it was known at a moment: decimal texts as stored, prices in the unit of its key. */
export interface BarView {
  readonly sessionDate: Day;
  readonly open: string | null;
  readonly high: string | null;
  readonly low: string | null;
  readonly close: string;
  readonly adjustedClose: string | null;
  /** Units traded. */
  readonly volume: string | null;
  /** ISO 4217 code as the provider says it; null when it does not. */
  readonly currency: string | null;
  readonly unit: string;
  readonly revision: number;
  readonly releaseTime: string;
  readonly releaseTimeBasis: string;
  readonly vintageBasis: string;
}

/** Which bars to list. */
export interface BarFilter {
  readonly from?: Day | undefined;
  readonly to?: Day | undefined;
  /** Nothing that became public later. */
  readonly asOf: Instant;
  /** Session of the last bar of the page before. */
  readonly after?: Day | undefined;
  /** Which session comes first. */
  readonly order: 'newest' | 'oldest';
  readonly limit: number;
}

/** Bars of an instrument by session, one for each, in the order that is asked for. */
export async function listBars(
  db: Queryable,
  { key, unit }: { readonly key: string; readonly unit: string },
  { from, to, asOf, after, order, limit }: BarFilter,
): Promise<BarView[]> {
  const inForce = selectInForce({
    from: sql`bars`,
    columns: sql`date::text as "sessionDate", open::text as open, high::text as high, low::text as low, close::text as close,
      adjusted_close::text as "adjustedClose", volume::text as volume, currency, ${unit}::text as unit, revision,
      ${isoText(sql`release_time`)} as "releaseTime", release_time_basis as "releaseTimeBasis", vintage_basis as "vintageBasis"`,
    column: 'release_time',
    identity: sql`date`,
    order: order === 'newest' ? sql`date desc` : sql`date`,
    latest: sql`vintage_at`,
    where: sql`key = ${key}
      and ${from === undefined ? sql`true` : sql`date >= ${from}`}
      and ${to === undefined ? sql`true` : sql`date <= ${to}`}
      and ${after === undefined ? sql`true` : order === 'newest' ? sql`date < ${after}` : sql`date > ${after}`}`,
    asOf,
  });
  const result = await db.execute<BarView & Record<string, unknown>>(sql`${inForce} limit ${limit}`);
  return result.rows;
}
