import { sql, type SQL } from 'drizzle-orm';
import { selectInForce } from '../../../shared/db/as-of.ts';
import type { Queryable } from '../../../shared/db/client.ts';
import type { BronzeName } from '../../../shared/pipeline/graph.ts';
import type { Day, Instant } from '../../../shared/time.ts';
import { connectorOf, type OldAsset, type OldSeries } from './old-deployment.ts';
import { OLD_SOURCES, type OldSource } from './old-tables.ts';

/** What to compare; days are observation dates, both included. */
export interface DiffOptions {
  readonly db: Queryable;
  readonly asset: BronzeName;
  readonly old: OldAsset;
  readonly from: Day;
  readonly to: Day;
  /** Our values are those in force at this moment. */
  readonly asOf: Instant;
}

/** How the two systems differ in one series. Counts are of observation dates. */
export interface SeriesDiff {
  readonly key: string | null;
  readonly code: string;
  /** Why the series is not compared; null when it is. */
  readonly refused: string | null;
  readonly onlyThere: number;
  readonly onlyHere: number;
  readonly equal: number;
  readonly different: number;
  /** The largest of the differences. */
  readonly largest: {
    readonly date: Day;
    readonly there: number;
    readonly here: number;
    readonly difference: number;
  } | null;
}

type Values = ReadonlyMap<Day, number>;

const HERE: Readonly<Record<OldSource['table'], { readonly rows: SQL; readonly value: SQL }>> = {
  macro_series: { rows: sql`observations`, value: sql`value` },
  market_data: { rows: sql`bars`, value: sql`close` },
};

/** Values of the provider only: an imported one would be compared with itself. */
async function readHere(
  { db, from, to, asOf }: DiffOptions,
  table: OldSource['table'],
  key: string,
): Promise<Values> {
  const { rows, value } = HERE[table];
  const page = selectInForce({
    from: rows,
    columns: sql`date::text as day, ${value}::text as number`,
    column: 'release_time',
    identity: sql`date`,
    latest: sql`vintage_at`,
    where: sql`key = ${key} and vintage_basis <> 'imported' and date between ${from} and ${to}`,
    asOf,
  });
  const result = await db.execute<{ day: Day; number: string | null }>(page);
  return new Map(result.rows.flatMap((row) => (row.number === null ? [] : [[row.day, Number(row.number)]])));
}

/** The last value of each date. */
function listThere({ values }: OldSeries, { from, to }: DiffOptions): Values {
  const inside = values.filter(({ date, value }) => value !== null && from <= date && date <= to);
  return new Map(inside.map(({ date, value }) => [date, Number(value)]));
}

function compare(there: Values, here: Values): Omit<SeriesDiff, 'key' | 'code' | 'refused'> {
  const both = [...there].flatMap(([date, old]) => {
    const ours = here.get(date);
    return ours === undefined ? [] : [{ date, there: old, here: ours, difference: ours - old }];
  });
  const differences = both
    .filter(({ difference }) => difference !== 0)
    .toSorted((a, b) => Math.abs(b.difference) - Math.abs(a.difference));
  return {
    onlyThere: there.size - both.length,
    onlyHere: here.size - both.length,
    equal: both.length - differences.length,
    different: differences.length,
    largest: differences[0] ?? null,
  };
}

const NOTHING: Values = new Map();

/** Compares an asset of the old deployment with ours, by series: those of the old one by code, then keys that only we have. */
export async function diffSeries(options: DiffOptions): Promise<SeriesDiff[]> {
  const { old, asset } = options;
  const results: SeriesDiff[] = [];
  const compared = new Set<string>();
  for (const series of old.series) {
    const { code, from, match } = series;
    if ('refused' in match) {
      results.push({ key: null, code, refused: match.refused, ...compare(NOTHING, NOTHING) });
      continue;
    }
    const { key } = match.key;
    compared.add(key);
    const here = await readHere(options, from.table, key);
    results.push({ key, code, refused: null, ...compare(listThere(series, options), here) });
  }
  for (const { table } of OLD_SOURCES.filter((source) => source.asset === asset)) {
    for (const { key, code } of connectorOf(asset).keys.filter((ours) => !compared.has(ours.key))) {
      const here = await readHere(options, table, key);
      if (here.size > 0) results.push({ key, code, refused: null, ...compare(NOTHING, here) });
    }
  }
  return results;
}

/** True when every value of the old deployment that can be compared is here too, the same, and there was at least one. */
export function isSame(series: readonly SeriesDiff[]): boolean {
  return (
    series.some(({ equal }) => equal > 0) &&
    series.every(({ different, onlyThere }) => different === 0 && onlyThere === 0)
  );
}
