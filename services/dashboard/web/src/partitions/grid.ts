import type { Answer } from '../../../../../shared/contract/endpoint.ts';
import {
  MAP_WORDS,
  type getPartitionMap,
  type MapLetter,
  type MapWord,
} from '../../../../../shared/contract/partition-map.ts';
import type { AssetName } from '../../../../../shared/pipeline/graph.ts';
import { listWeekdays, weekdayOnOrAfter, type Day } from '../../../../../shared/time.ts';

/** A cell by its place: number of the asset and number of the weekday, both from 0. */
export interface Place {
  readonly asset: number;
  readonly day: number;
}

/** Every partition of every asset. */
export interface Grid {
  readonly days: readonly Day[];
  /** Places of the days. */
  readonly places: ReadonlyMap<Day, number>;
  /** In the order of the graph, each with one letter per day. */
  readonly assets: readonly { readonly asset: AssetName; readonly states: string }[];
}

/** A range of days by their numbers, both included. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** What the API answers, ready to be looked up. */
export function toGrid({ from, to, assets }: Answer<typeof getPartitionMap>): Grid {
  const days = listWeekdays(from, to);
  return { days, places: new Map(days.map((day, place) => [day, place])), assets };
}

/** The word for the state of a cell. */
export const wordAt = ({ assets }: Grid, { asset, day }: Place): MapWord =>
  MAP_WORDS[(assets[asset]?.states[day] ?? 'm') as MapLetter];

/** The number of the first weekday at or after a day; that of the last one for a later day. */
export const placeOfDay = ({ days, places }: Grid, day: Day): number =>
  places.get(weekdayOnOrAfter(day)) ?? (day < (days[0] ?? '') ? 0 : days.length - 1);

/** How many cells of some days are in which state, asset by asset. */
export function countWords(grid: Grid, { first, last }: Span): ReadonlyMap<MapWord, number>[] {
  return grid.assets.map(({ states }) => {
    const counts = new Map<MapWord, number>();
    for (const letter of states.slice(first, last + 1).split('')) {
      const word = MAP_WORDS[letter as MapLetter];
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    return counts;
  });
}
