/**
 * How fast silver_returns and silver_macro are derived from the recorded history, and how that grows with its length.
 *
 * `node bench/silver-series.ts`. One line per transform and length: the last quarter of the recorded weekdays, the last
 * half, all of them; median of three runs of the derivation alone, without database.
 */
import { createMacroDeriver, listMacroKeys } from '../services/silver/macro/derive.ts';
import { MACRO_SOURCES } from '../services/silver/macro/registry.ts';
import { deriveReturns, type ReturnRevision } from '../services/silver/returns/derive.ts';
import { RETURN_INSTRUMENTS, RETURN_PAIRS } from '../services/silver/returns/instruments.ts';
import { derivePair } from '../services/silver/returns/pairs.ts';
import { pickBarPrices, pickFixingPrices, type PriceRevision } from '../services/silver/returns/prices.ts';
import { getCalendar } from '../shared/calendars/calendars.ts';
import type { StoredObservation } from '../shared/db/reader.ts';
import { listWeekdays, type Day } from '../shared/time.ts';
import {
  collectRows,
  toStoredBars,
  toStoredFixings,
  toStoredObservations,
} from '../tests/helpers/recorded-rows.ts';

const FIRST: Day = '2000-01-03';
const LAST: Day = '2026-08-31';
const SHARES = [4, 2, 1] as const;
const RUNS = 3;

const breathe = (): Promise<void> => Promise.resolve();
const isFrom =
  (from: Day) =>
  ({ date }: { readonly date: Day }): boolean =>
    date >= from;

/** Keys without a recording are left out. */
async function loadPrices(): Promise<Map<string, PriceRevision[]>> {
  const prices = new Map<string, PriceRevision[]>();
  for (const [key, instrument] of RETURN_INSTRUMENTS) {
    const rows = await collectRows(key, FIRST, LAST);
    const found =
      instrument.source === 'bars'
        ? pickBarPrices(toStoredBars(rows), instrument)
        : pickFixingPrices(toStoredFixings(rows));
    if (found.length > 0) prices.set(key, found.filter(isFrom(FIRST)));
  }
  return prices;
}

async function loadObservations(): Promise<Map<string, StoredObservation[]>> {
  const observations = new Map<string, StoredObservation[]>();
  for (const key of MACRO_SOURCES.keys()) {
    const found = toStoredObservations(await collectRows(key, FIRST, LAST));
    if (found.length > 0) observations.set(key, found.filter(isFrom(FIRST)));
  }
  return observations;
}

async function deriveAllReturns(prices: ReadonlyMap<string, PriceRevision[]>, from: Day): Promise<number> {
  const returns = new Map<string, readonly ReturnRevision[]>();
  let rows = 0;
  for (const [key, revisions] of prices) {
    const { unit, calendar } = RETURN_INSTRUMENTS.get(key)!;
    const subject = { instrument: key, unit, calendar: getCalendar(calendar) };
    const derived = await deriveReturns(subject, revisions.filter(isFrom(from)), breathe);
    returns.set(key, derived.returns);
    rows += derived.prices.length + derived.stats.length;
  }
  for (const pair of RETURN_PAIRS) {
    const [left, right] = [returns.get(pair.left) ?? [], returns.get(pair.right) ?? []];
    rows += (await derivePair(pair, left, right, breathe)).length;
  }
  return rows;
}

async function deriveAllMacro(
  observations: ReadonlyMap<string, StoredObservation[]>,
  from: Day,
): Promise<number> {
  const deriver = createMacroDeriver({
    breathe,
    observationsOf: ({ key }) => Promise.resolve((observations.get(key) ?? []).filter(isFrom(from))),
  });
  let rows = 0;
  for (const key of listMacroKeys()) rows += (await deriver.rowsOf(key)).length;
  return rows;
}

async function measure(name: string, derive: (from: Day) => Promise<number>): Promise<void> {
  const weekdays = listWeekdays(FIRST, LAST);
  for (const share of SHARES) {
    const partitions = Math.floor(weekdays.length / share);
    const from = weekdays.at(-partitions)!;
    const times: number[] = [];
    let rows = 0;
    for (let run = 0; run < RUNS; run += 1) {
      const start = performance.now();
      rows = await derive(from);
      times.push(performance.now() - start);
    }
    const ms = times.sort((a, b) => a - b)[Math.floor(RUNS / 2)]!;
    const cells = [
      name.padEnd(15),
      `${SHARES[0] / share}×`.padStart(3),
      String(partitions).padStart(10),
      String(rows).padStart(9),
      ms.toFixed(0).padStart(7),
      ((partitions / ms) * 1_000).toFixed(0).padStart(12),
    ];
    process.stdout.write(`${cells.join('  ')}\n`);
  }
}

const prices = await loadPrices();
const observations = await loadObservations();
process.stdout.write(`${prices.size} instruments, ${observations.size} series, ${FIRST} to ${LAST}\n`);
process.stdout.write('transform        len  partitions       rows       ms  partitions/s\n');
await measure('silver_returns', (from) => deriveAllReturns(prices, from));
await measure('silver_macro', (from) => deriveAllMacro(observations, from));
