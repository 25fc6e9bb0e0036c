import { sql, type SQL } from 'drizzle-orm';

/** A timestamp expression as UTC ISO 8601 text with milliseconds, as the API shows moments; null stays null. */
export function isoText(expression: SQL): SQL<string | null> {
  return sql`to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/** A timestamp expression as text that loses nothing: what a cursor holds. */
export function exactText(expression: SQL): SQL<string> {
  return sql`to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}
