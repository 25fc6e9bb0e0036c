import { formatCount } from './format.ts';

/** A page of a list. */
interface ListPage<Row> {
  readonly data: readonly Row[];
  readonly nextCursor: string | null;
}

/** More pages than a browser should hold: ask for a shorter range. */
const MOST_PAGES = 10;

/** All rows of a list, page by page. @throws Error when there are too many */
export async function collect<Row>(
  ask: (cursor: string | undefined) => Promise<ListPage<Row>>,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { data, nextCursor } = await ask(cursor);
    rows.push(...data);
    if (nextCursor === null) return rows;
    cursor = nextCursor;
  }
  throw new Error(`More than ${formatCount(rows.length)} rows: choose a shorter range`);
}
