import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** A row of a table: the text of each cell by the heading of its column. */
export type ShownRecord = Readonly<Record<string, string>>;

/** The rows of a table by its caption; waits until it is there. */
export async function readRecords(page: Page, caption: string | RegExp): Promise<readonly ShownRecord[]> {
  const table = page.getByRole('table', { name: caption });
  await table.waitFor();
  const labels = await table.locator('thead th').allInnerTexts();
  const rows = await table
    .locator('tbody tr')
    .evaluateAll((found) =>
      found.map((row) =>
        [...(row as unknown as { cells: Iterable<{ innerText: string }> }).cells].map(({ innerText }) =>
          innerText.trim(),
        ),
      ),
    );
  return rows.map((cells) => Object.fromEntries(cells.map((text, place) => [labels[place] ?? '', text])));
}

/** The facts of a page, each by its name. */
export async function readFacts(page: Page, within = 'main'): Promise<ShownRecord> {
  const list = page.locator(within).locator('dl.facts').first();
  await list.waitFor();
  const [names, texts] = [await list.locator('dt').allInnerTexts(), await list.locator('dd').allInnerTexts()];
  return Object.fromEntries(names.map((name, place) => [name, texts[place]?.trim() ?? '']));
}

/** The cell of a record; a heading that is not there is told with those that are. */
export function cellOf(record: ShownRecord | undefined, label: string | RegExp): string {
  const found = Object.entries(record ?? {}).find(([name]) =>
    typeof label === 'string' ? name === label : label.test(name),
  );
  if (found === undefined)
    throw new Error(`No column ${label} among ${Object.keys(record ?? {}).join(', ')}`);
  return found[1];
}

/** Expects that a text shows a number, rounded to as many decimals as it shows; `–` shows that there is none. */
export function expectShown(text: string, value: number | null, what: string): void {
  if (value === null) {
    expect(text, what).toBe('–');
    return;
  }
  const [number = ''] = /[-−]?[\d,]+(\.\d+)?/.exec(text) ?? [];
  const shown = Number(number.replaceAll(',', '').replace('−', '-'));
  const decimals = number.split('.')[1]?.length ?? 0;
  const isRight = number !== '' && Math.abs(shown - value) <= 0.5 * 10 ** -decimals + 1e-9;
  expect(isRight, `${what}: "${text}" for ${value}`).toBe(true);
}
