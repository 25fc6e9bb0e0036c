import type { Day } from '../time.ts';

/** Stored names of the calendars. `NONE` has every calendar day as a session. */
export type CalendarName = 'BR_ANBIMA' | 'B3' | 'US_GOV' | 'US_NYSE' | 'WEEKDAYS' | 'NONE';

/** Sessions of one market or authority. Counts exclude the first day and include the last. */
export interface Calendar {
  readonly name: CalendarName;
  /** True when the market is open (or the authority publishes) on `day`. */
  isSession(day: Day): boolean;
  /** The first session after `day`. */
  next(day: Day): Day;
  /** The last session before `day`. */
  previous(day: Day): Day;
  /** The session `count` sessions after `day` (0: `day` itself or, when closed, the next one). */
  add(day: Day, count: number): Day;
  /** Sessions in `(from, to]`; negative when `to` is before `from`. */
  count(from: Day, to: Day): number;
}
