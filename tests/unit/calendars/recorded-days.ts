import type { Calendar } from '../../../shared/calendars/calendar.ts';
import { addDays, type Day } from '../../../shared/time.ts';
import { readRecordedText } from '../../helpers/recorded-payload.ts';

/** Days of the first column of a recorded CSV whose second column holds a value. */
export function readCsvDays(path: string): Set<Day> {
  const days = readRecordedText(path)
    .split('\n')
    .map((line) => line.trim().split(','))
    .filter(([, value]) => value !== undefined && value !== '' && value !== '.' && value !== 'null')
    .map(([date]) => toIsoDay(date ?? ''));
  return new Set(days.filter((day) => /^\d{4}-\d{2}-\d{2}$/.test(day)));
}

function toIsoDay(text: string): Day {
  const [, month, day, year] = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(text) ?? [];
  return year === undefined ? text.slice(0, 10) : `${year}-${month}-${day}`;
}

/** Days of a recorded SGS answer. */
export function readSgsDays(path: string): Set<Day> {
  const rows = JSON.parse(readRecordedText(path)) as { data: string }[];
  return new Set(rows.map(({ data }) => `${data.slice(6)}-${data.slice(3, 5)}-${data.slice(0, 2)}`));
}

/** Sessions of a calendar that a record lacks, and days it has outside the calendar. */
export function compareDays(
  calendar: Calendar,
  recorded: ReadonlySet<Day>,
  from: Day,
  to: Day,
): { readonly missing: Day[]; readonly extra: Day[] } {
  const missing: Day[] = [];
  const extra: Day[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) {
    if (calendar.isSession(day) && !recorded.has(day)) missing.push(day);
    if (!calendar.isSession(day) && recorded.has(day)) extra.push(day);
  }
  return { missing, extra };
}
