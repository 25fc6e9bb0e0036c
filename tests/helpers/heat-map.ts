import type { Page } from 'playwright-core';

const ROW_STEP = 6;
const FRAMES =
  'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(undefined))))';

/** Moves the pointer there and tells the cell that the map of partitions names then. */
async function readCellAt(page: Page, x: number, y: number): Promise<{ asset: string; day: string } | null> {
  await page.mouse.move(x, y);
  await page.evaluate(FRAMES);
  const text = await page.locator('#cell-line').innerText();
  const [, asset = '', day = ''] = /(\w+) · (\d{4}-\d\d-\d\d)/.exec(text) ?? [];
  return asset === '' ? null : { asset, day };
}

/**
 * Points at a cell of the map of partitions as somebody does who reads the line that tells what is under the pointer: down
 * to the row, then to the day. Returns where it is. The view must be one row of days.
 */
export async function pointAtCell(
  page: Page,
  asset: string,
  day: string,
): Promise<{ readonly x: number; readonly y: number }> {
  const map = page.locator('.heat-map');
  await map.scrollIntoViewIfNeeded();
  const box = await map.boundingBox();
  if (box === null) throw new Error('The map of partitions has no place on the page');
  const middle = box.x + box.width / 2;
  let y = box.y;
  while ((await readCellAt(page, middle, y))?.asset !== asset) {
    y += ROW_STEP;
    if (y > box.y + box.height) throw new Error(`The map of partitions has no row of ${asset}`);
  }
  let [left, right] = [box.x, box.x + box.width];
  while (right - left > 1) {
    const x = (left + right) / 2;
    const found = await readCellAt(page, x, y);
    if (found?.day === day) return { x, y };
    // Left of the days stand the names, right of them is nothing.
    const isBefore = found === null ? x < middle : found.day < day;
    if (isBefore) left = x;
    else right = x;
  }
  throw new Error(`The row of ${asset} has no cell of ${day}`);
}
