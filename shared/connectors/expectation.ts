import { getCalendar } from '../calendars/calendars.ts';
import { addDays, addMonths, cutoffOf, previousWeekday, type Day } from '../time.ts';
import type { KeyDefinition } from './connector.ts';

/** Longest look-back for values that a partition may bring: three weeks of daily ones, eight months of the others. */
const DAILY_DAYS = 21;
const PERIOD_MONTHS = 8;

function listCandidates(key: KeyDefinition, partition: Day): Day[] {
  if (key.frequency === 'D') {
    const calendar = getCalendar(key.calendar);
    return Array.from({ length: DAILY_DAYS + 1 }, (_, index) =>
      addDays(partition, index - DAILY_DAYS),
    ).filter((day) => calendar.isSession(day));
  }
  const month = `${partition.slice(0, 7)}-01`;
  return Array.from({ length: PERIOD_MONTHS + 1 }, (_, index) => addMonths(month, index - PERIOD_MONTHS));
}

/**
 * Observation dates of a key that became public between the cutoff of the weekday before and the partition's own: what
 * the partition should have brought, by the key's calendar and release rule.
 */
export function listExpectedDates(key: KeyDefinition, partition: Day): Day[] {
  const after = cutoffOf(previousWeekday(partition));
  const until = cutoffOf(partition);
  return listCandidates(key, partition).filter((date) => {
    const { time } = key.release.timeOf(date);
    return time > after && time <= until;
  });
}

/** True when the source of a key is closed on the partition's day. */
export function isClosed(key: KeyDefinition, partition: Day): boolean {
  return !getCalendar(key.calendar).isSession(partition);
}
