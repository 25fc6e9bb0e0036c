import { listWeekdays, previousWeekday, weekdayOf, type Day } from '../time.ts';
import type { WindowRequest } from './connector.ts';

const FRIDAY = 5;

type Range = Pick<WindowRequest, 'from' | 'to'>;

/** True for a daily run of a Friday: once a week everything that a provider may have revised is read again. */
export function isWeeklyReread({ from, to }: Range): boolean {
  return listWeekdays(from, to).some((day) => weekdayOf(day) === FRIDAY);
}

const opensMonth = (day: Day): boolean => previousWeekday(day).slice(0, 7) !== day.slice(0, 7);

/** True for a daily run of the first partition of a month: what is rarely corrected is read again further back. */
export function isMonthlyReread({ from, to }: Range): boolean {
  return listWeekdays(from, to).some(opensMonth);
}
