import { DateTime, IANAZone } from 'luxon';

/** A civil date, `YYYY-MM-DD`. Compares as text. */
export type Day = string;

/** A moment, in epoch milliseconds. */
export type Instant = number;

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY_MS = 24 * HOUR;

export const SAO_PAULO = 'America/Sao_Paulo';
export const NEW_YORK = 'America/New_York';
export const LONDON = 'Europe/London';

/** The first partition there is. */
export const FIRST_PARTITION: Day = '2010-01-01';

const DAY_PATTERN = /^\d{4}-\d{2}-\d{2}$/;

/** True for text that is a real civil date in the form `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  return DAY_PATTERN.test(text) && dayOf(Date.parse(`${text}T00:00:00Z`)) === text;
}

// Formatting and reading a date are the innermost loops of parsing; a century has 36,525 days.
const instantOfDay = new Map<Day, Instant>();
const dayOfNumber = new Map<number, Day>();
const REMEMBERED_DAYS = 100_000;

function utcOf(day: Day): Instant {
  const known = instantOfDay.get(day);
  if (known !== undefined) return known;
  const instant = Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1, Number(day.slice(8, 10)));
  if (instantOfDay.size < REMEMBERED_DAYS) instantOfDay.set(day, instant);
  return instant;
}

/** The UTC civil date of a moment; `''` for an invalid moment. */
function dayOf(instant: Instant): Day {
  const number = Math.floor(instant / DAY_MS);
  const known = dayOfNumber.get(number);
  if (known !== undefined) return known;
  const day = Number.isNaN(instant) ? '' : new Date(instant).toISOString().slice(0, 10);
  if (dayOfNumber.size < REMEMBERED_DAYS) dayOfNumber.set(number, day);
  return day;
}

/** The day `days` calendar days after (negative: before) `day`. */
export function addDays(day: Day, days: number): Day {
  return dayOf(utcOf(day) + days * DAY_MS);
}

/** Calendar days from `from` to `to`. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((utcOf(to) - utcOf(from)) / DAY_MS);
}

/** The same day of the month `months` later, clipped to the end of that month. */
export function addMonths(day: Day, months: number): Day {
  const index = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 + months;
  const year = Math.floor(index / 12);
  const month = (index % 12) + 1;
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const dayOfMonth = Math.min(Number(day.slice(8, 10)), last);
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(dayOfMonth).padStart(2, '0')}`;
}

/** The last day of the month of `day`. */
export function endOfMonth(day: Day): Day {
  return addDays(addMonths(`${day.slice(0, 7)}-01`, 1), -1);
}

/** 0 Sunday … 6 Saturday. */
export function weekdayOf(day: Day): number {
  return new Date(utcOf(day)).getUTCDay();
}

/** True from Monday to Friday, holidays included: the days that are partitions. */
export function isWeekday(day: Day): boolean {
  const weekday = weekdayOf(day);
  return weekday !== 0 && weekday !== 6;
}

/** The first weekday after `day`. */
export function nextWeekday(day: Day): Day {
  let next = addDays(day, 1);
  while (!isWeekday(next)) next = addDays(next, 1);
  return next;
}

/** The last weekday before `day`. */
export function previousWeekday(day: Day): Day {
  let previous = addDays(day, -1);
  while (!isWeekday(previous)) previous = addDays(previous, -1);
  return previous;
}

/** `day` itself when it is a weekday, otherwise the next one. */
export function weekdayOnOrAfter(day: Day): Day {
  return isWeekday(day) ? day : nextWeekday(day);
}

/** All weekdays from `from` to `to`, both included, ascending. */
export function listWeekdays(from: Day, to: Day): Day[] {
  const days: Day[] = [];
  for (let day = weekdayOnOrAfter(from); day <= to; day = nextWeekday(day)) days.push(day);
  return days;
}

const monthOffsets = new Map<string, number | null>();
const switchMonthInstants = new Map<string, Instant>();

/** Minutes from UTC in the whole month of a day, or null when the month holds a switch. */
function findMonthOffset(day: Day, zone: string): number | null {
  const month = `${day.slice(0, 7)} ${zone}`;
  const known = monthOffsets.get(month);
  if (known !== undefined) return known;
  const rules = IANAZone.create(zone);
  const offsetAt = (instant: Instant): number => rules.offset(instant);
  const start = offsetAt(utcOf(`${day.slice(0, 7)}-01`) - DAY_MS);
  const middle = offsetAt(utcOf(`${day.slice(0, 7)}-15`));
  const end = offsetAt(utcOf(endOfMonth(day)) + 2 * DAY_MS);
  const found = start === middle && middle === end ? start : null;
  monthOffsets.set(month, found);
  return found;
}

/** Luxon decides by the season in which it is asked which of two equal clocks is meant: here it is the first. */
function readNearSwitch(wallClock: Instant, zone: string): Instant {
  const rules = IANAZone.create(zone);
  const readAsOf = (instant: Instant): Instant => wallClock - rules.offset(instant) * MINUTE;
  const before = readAsOf(wallClock - DAY_MS);
  const after = readAsOf(wallClock + DAY_MS);
  const isRead = (instant: Instant): boolean => instant + rules.offset(instant) * MINUTE === wallClock;
  return !isRead(before) && isRead(after) ? after : before;
}

/**
 * The moment of a wall clock (`HH:MM`, `HH:MM:SS.mmm`) in a zone. A clock that a DST switch skips is read as much
 * later as the switch is long; one that happens twice is read as the first. `24:00` is the end of the day.
 *
 * Asking the zone data base takes 50 µs and backfills ask for millions of moments: most months have one offset, which
 * is asked for once.
 */
export function zonedInstant(day: Day, clock: string, zone: string): Instant {
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number);
  const wallClock = utcOf(day) + hours * HOUR + minutes * MINUTE + Math.round(seconds * SECOND);
  const date = dayOf(wallClock);
  const offset = findMonthOffset(date, zone);
  if (offset !== null) return wallClock - offset * MINUTE;
  const id = `${wallClock} ${zone}`;
  const known = switchMonthInstants.get(id);
  if (known !== undefined) return known;
  const moment = readNearSwitch(wallClock, zone);
  if (switchMonthInstants.size < REMEMBERED_DAYS) switchMonthInstants.set(id, moment);
  return moment;
}

/** The civil date of a moment in a zone. */
export function dayInZone(instant: Instant, zone: string): Day {
  const date = dayOf(instant);
  const offset = date === '' ? null : findMonthOffset(date, zone);
  if (offset !== null) return dayOf(instant + offset * MINUTE);
  return DateTime.fromMillis(instant, { zone }).toISODate() ?? '';
}

/** `cutoff(D)`: 06:00 America/Sao_Paulo of the weekday after D, holidays or not. */
export function cutoffOf(partition: Day): Instant {
  return zonedInstant(nextWeekday(partition), '06:00', SAO_PAULO);
}

/** UTC ISO-8601 text of a moment. */
export function toIso(instant: Instant): string {
  return new Date(instant).toISOString();
}
