import type { Page } from 'playwright-core';

/** The texts of the cells of a table, row by row, once it is there; found by its caption. */
export async function readTable(page: Page, caption: string | RegExp): Promise<string[][]> {
  const table = page.getByRole('table', { name: caption });
  await table.waitFor();
  const rows = await table.locator('tbody tr').all();
  return Promise.all(rows.map((row) => row.locator('td').allInnerTexts()));
}
