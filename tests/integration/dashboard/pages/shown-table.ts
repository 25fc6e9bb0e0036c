import type { Page } from 'playwright-core';

/** The texts of the cells of a table, row by row, once it is there; found by its caption. */
export async function readTable(page: Page, caption: string | RegExp): Promise<string[][]> {
  const table = page.getByRole('table', { name: caption });
  await table.waitFor();
  // At one moment: rows may come and go between two questions.
  return table
    .locator('tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) =>
        [
          ...(
            row as unknown as { querySelectorAll(of: 'td'): Iterable<{ innerText: string }> }
          ).querySelectorAll('td'),
        ].map(({ innerText }) => innerText),
      ),
    );
}
