/** All rows of a list, page by page. */
export async function readAllPages<Row>(
  readPage: (cursor: string | undefined) => Promise<{
    readonly data: readonly Row[];
    readonly nextCursor: string | null;
  }>,
): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const page = await readPage(cursor);
    rows.push(...page.data);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return rows;
}
