import { sql, type SQL } from 'drizzle-orm';
import { MAP_WORDS, type MapLetter, type MapWord } from '../contract/partition-map.ts';
import type { AssetName } from '../pipeline/graph.ts';
import { daysBetween, listWeekdays } from '../time.ts';
import type { Queryable } from './client.ts';
import { selectStale, type StaleRange } from './staleness.ts';

const LETTERS = Object.fromEntries(
  Object.entries(MAP_WORDS).map(([letter, word]) => [word, letter]),
) as Record<MapWord, MapLetter>;

const letterOf = (word: MapWord): SQL => sql.raw(`'${LETTERS[word]}'`);

/** The letter of what is materialized, but for what is stale. */
const LETTER = sql`case
  when blocked then ${letterOf('blocked')}
  when degraded then ${letterOf('degraded')}
  when state = 'failed' then ${letterOf('failed')}
  when state = 'fresh' then ${letterOf('fresh')}
  when reason = 'holiday' then ${letterOf('holiday')}
  when reason = 'not_released' then ${letterOf('not_released')}
  else ${letterOf('not_recorded')} end`;

/** The states of one asset: a letter of `MAP_WORDS` for each weekday of a range. */
export interface AssetStates {
  readonly asset: AssetName;
  readonly states: string;
}

/** Days after the first one of the range, joined by commas. */
const numbersOf = ({ from }: StaleRange): SQL =>
  sql`string_agg((partition - ${from}::date)::text, ',' order by partition)`;

type Numbered = Record<string, unknown> & { readonly asset: AssetName; readonly numbers: string };

async function listLetters(db: Queryable, range: StaleRange): Promise<(Numbered & { letters: string })[]> {
  const { from, to, assets } = range;
  const result = await db.execute<Numbered & { letters: string }>(sql`
    select asset, ${numbersOf(range)} as numbers, string_agg(${LETTER}, '' order by partition) as letters
    from materializations where asset = any(${sql.param([...assets])}::text[]) and partition between ${from} and ${to}
    group by asset`);
  return result.rows;
}

async function listStaleNumbers(db: Queryable, range: StaleRange): Promise<Numbered[]> {
  const result = await db.execute<Numbered>(sql`
    select asset, ${numbersOf(range)} as numbers from (${selectStale(range)}) stale group by asset`);
  return result.rows;
}

/**
 * The cells of a range that begins on a weekday as letters, one row per asset in the given order. What is stored travels as one
 * text per asset and is laid out here: a join with every weekday in the database would take twice as long.
 */
export async function readPartitionMap(db: Queryable, range: StaleRange): Promise<AssetStates[]> {
  const { from, to, assets } = range;
  const days = listWeekdays(from, to);
  const places = new Map(days.map((day, place) => [String(daysBetween(from, day)), place]));
  const missing = days.map((): MapLetter => LETTERS.missing);
  const rows = new Map<AssetName, string[]>(assets.map((asset) => [asset, [...missing]]));
  const write = ({ asset, numbers }: Numbered, letterAt: (index: number, before: string) => string): void => {
    const row = rows.get(asset) ?? [];
    for (const [index, number] of numbers.split(',').entries()) {
      const place = places.get(number);
      if (place !== undefined) row[place] = letterAt(index, row[place] ?? '');
    }
  };
  const [letters, stale] = await Promise.all([listLetters(db, range), listStaleNumbers(db, range)]);
  for (const stored of letters) write(stored, (index) => stored.letters[index] ?? '');
  const isFlagged = (letter: string): boolean => letter === LETTERS.blocked || letter === LETTERS.degraded;
  for (const numbers of stale)
    write(numbers, (_index, before) => (isFlagged(before) ? before : LETTERS.stale));
  return assets.map((asset) => ({ asset, states: rows.get(asset)?.join('') ?? '' }));
}
