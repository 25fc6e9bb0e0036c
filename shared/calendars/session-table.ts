import { PermanentError } from '../errors.ts';
import { addDays, daysBetween, weekdayOf, type Day } from '../time.ts';
import type { Calendar, CalendarName } from './calendar.ts';

/** First and last day a calendar knows. Outside them every question is an error: a clamped count would be a wrong one. */
const CALENDAR_START: Day = '1990-01-01';
export const CALENDAR_END: Day = '2099-12-31';

const LENGTH = daysBetween(CALENDAR_START, CALENDAR_END) + 1;
const SATURDAY = 6;

/** How a calendar decides: which weekdays it is closed on, and its holidays of a year (weekends among them are harmless). */
export interface SessionRules {
  readonly name: CalendarName;
  readonly weekends: 'open' | 'closed';
  readonly listHolidays: (year: number) => readonly Day[];
}

function offsetOf(day: Day, name: CalendarName): number {
  const offset = daysBetween(CALENDAR_START, day);
  if (offset >= 0 && offset < LENGTH) return offset;
  throw new PermanentError(`Calendar ${name} does not know ${day}`, {
    subject: name,
    expected: `a day from ${CALENDAR_START} to ${CALENDAR_END}`,
    got: day,
  });
}

/**
 * Builds a calendar whose questions are array look-ups: `sessionsUpTo[i]` counts the sessions from the first day to day
 * `i`, both included, and `sessions[n]` is the offset of the n-th session.
 */
export function buildCalendar(rules: SessionRules): Calendar {
  const { name } = rules;
  const isOpen = new Uint8Array(LENGTH);
  const firstWeekday = weekdayOf(CALENDAR_START);
  for (let offset = 0; offset < LENGTH; offset += 1) {
    const weekday = (firstWeekday + offset) % 7;
    isOpen[offset] = rules.weekends === 'open' || (weekday !== 0 && weekday !== SATURDAY) ? 1 : 0;
  }
  for (let year = 1990; year <= 2099; year += 1) {
    for (const day of rules.listHolidays(year)) {
      const offset = daysBetween(CALENDAR_START, day);
      if (offset >= 0 && offset < LENGTH) isOpen[offset] = 0;
    }
  }
  const sessionsUpTo = new Int32Array(LENGTH);
  const sessions: number[] = [];
  for (let offset = 0; offset < LENGTH; offset += 1) {
    if (isOpen[offset] === 1) sessions.push(offset);
    sessionsUpTo[offset] = sessions.length;
  }

  const countUpTo = (day: Day): number => sessionsUpTo[offsetOf(day, name)] ?? 0;
  const sessionAt = (ordinal: number, asked: Day): Day => {
    const offset = sessions[ordinal];
    if (offset !== undefined) return addDays(CALENDAR_START, offset);
    throw new PermanentError(`Calendar ${name} ends before the session asked from ${asked}`, {
      subject: name,
      expected: `a session from ${CALENDAR_START} to ${CALENDAR_END}`,
    });
  };
  const isSession = (day: Day): boolean => isOpen[offsetOf(day, name)] === 1;

  return {
    name,
    isSession,
    next: (day) => sessionAt(countUpTo(day), day),
    previous: (day) => sessionAt(countUpTo(day) - (isSession(day) ? 2 : 1), day),
    add(day, count) {
      const ordinal = isSession(day) ? countUpTo(day) - 1 : countUpTo(day);
      return sessionAt(ordinal + count, day);
    },
    count: (from, to) => countUpTo(to) - countUpTo(from),
  };
}
