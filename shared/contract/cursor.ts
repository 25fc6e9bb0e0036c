import { z } from 'zod';

/** The place where a page ended, as text that callers hand back unread. */
export function encodeCursor(place: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** Reads a cursor of `encodeCursor` and checks it against the shape of its list. */
export function cursorOf<Place extends z.ZodType>(place: Place) {
  return z
    .string()
    .max(500)
    .meta({ description: 'The `nextCursor` of the page before.', format: 'cursor' })
    .transform((text, context): unknown => {
      try {
        return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
      } catch {
        context.addIssue({ code: 'custom', message: 'expected the nextCursor of an earlier page' });
        return z.NEVER;
      }
    })
    .pipe(place);
}

/** A page of a list: one row more than fits was read, to know whether there is a next page. */
export function toPage<Row, Shown>(
  rows: readonly Row[],
  limit: number,
  show: (row: Row) => Shown,
  placeOf: (row: Row) => readonly (string | number)[],
): { readonly data: Shown[]; readonly nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return { data: shown.map(show), nextCursor: hasMore ? encodeCursor(placeOf(last)) : null };
}
