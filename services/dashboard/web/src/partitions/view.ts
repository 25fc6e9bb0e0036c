import { endOfMonth, type Day } from '../../../../../shared/time.ts';
import { placeOfDay, type Grid, type Span } from './grid.ts';

/** How close one looks: at all years, a year (`2021`) or a month (`2021-11`). */
export interface View {
  readonly level: 'all' | 'year' | 'month';
  /** As the address holds it; empty for all years. */
  readonly text: string;
}

/** The view that the address names; all years when it names none that there is. */
export function readView(text: string | undefined): View {
  if (text !== undefined && /^\d{4}-(0[1-9]|1[0-2])$/.test(text)) return { level: 'month', text };
  if (text !== undefined && /^\d{4}$/.test(text)) return { level: 'year', text };
  return { level: 'all', text: '' };
}

/** The days of a view. */
export function spanOf(grid: Grid, { level, text }: View): Span {
  if (level === 'all') return { first: 0, last: grid.days.length - 1 };
  const [from, to]: [Day, Day] =
    level === 'year' ? [`${text}-01-01`, `${text}-12-31`] : [`${text}-01`, endOfMonth(`${text}-01`)];
  const first = placeOfDay(grid, from);
  const after = grid.days.findIndex((day) => day > to);
  return { first, last: after === -1 ? grid.days.length - 1 : Math.max(first, after - 1) };
}

/** What a view is called. */
export const nameView = ({ level, text }: View): string => (level === 'all' ? 'All years' : text);

/** The view one step closer around a day; null when a day itself comes next. */
export const viewAround = ({ level }: View, day: Day): View | null =>
  level === 'all'
    ? { level: 'year', text: day.slice(0, 4) }
    : level === 'year'
      ? { level: 'month', text: day.slice(0, 7) }
      : null;
