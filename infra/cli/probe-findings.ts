import { getCalendar, isOptionalDay } from '../../shared/calendars/calendars.ts';
import { calendarDaysOf, valueOf } from '../../shared/checks/measure.ts';
import { areBoundsDue, isInRange, isPlausibleJump } from '../../shared/connectors/bounds.ts';
import type { BronzeRow, KeyDefinition, ParseResult } from '../../shared/connectors/connector.ts';
import { addDays, toIso, type Day, type Instant } from '../../shared/time.ts';

/** Longest closure of a market and longest release lag of a daily key, together. */
const LOOK_BACK_DAYS = 30;
/** Rows that are not taken happen (bars outside sessions); a tenth of them is a change of format. */
const TOLERATED_REJECTIONS = 0.1;

/** The newest session whose value is due by a moment; null when none is within a month. */
export function findExpectedDate(key: KeyDefinition, day: Day, asOf: Instant): Day | null {
  const calendar = getCalendar(key.calendar);
  for (let date = day; date > addDays(day, -LOOK_BACK_DAYS); date = addDays(date, -1)) {
    const isDue = calendar.isSession(date) && !isOptionalDay(key.calendar, date);
    if (isDue && key.release.timeOf(date).time <= asOf) return date;
  }
  return null;
}

/** Newest observation date among the rows of a key. */
export function findLastDate(key: KeyDefinition, rows: readonly BronzeRow[]): Day | null {
  const dates = rows.filter((row) => row.key === key.key && valueOf(row) !== null).map(({ date }) => date);
  return dates.reduce<Day | null>((last, date) => (last === null || date > last ? date : last), null);
}

function listRangeFindings(key: KeyDefinition, rows: readonly BronzeRow[]): string[] {
  const outside = rows.filter((row) => {
    const value = row.key === key.key ? valueOf(row) : null;
    return value !== null && areBoundsDue(key, row.date, calendarDaysOf(row)) && !isInRange(key, value);
  });
  const first = outside[0];
  if (first === undefined) return [];
  return [
    `range: ${outside.length} of ${rows.length} values outside ${key.expectedRange?.join('…')} ${key.unit}, first ` +
      `${valueOf(first)} of ${first.date}`,
  ];
}

function listJumpFindings(key: KeyDefinition, rows: readonly BronzeRow[]): string[] {
  const bound = key.jumpBound;
  if (bound === undefined) return [];
  const points = rows
    .filter((row) => row.key === key.key && row.table !== 'curve_points')
    .map((row) => ({ date: row.date, value: valueOf(row) }))
    .filter((point): point is { date: Day; value: number } => point.value !== null)
    .sort((a, b) => (a.date < b.date ? -1 : 1));
  return points.slice(1).flatMap(({ date, value }, index) => {
    const before = points[index]?.value ?? value;
    return isPlausibleJump(key, before, value)
      ? []
      : [`jump: ${before} to ${value} on ${date}, more than ${bound.value}`];
  });
}

/** What is not as it should be in the parsed answer of a key, in words; empty when nothing is. */
export function listFindings(
  key: KeyDefinition,
  parsed: ParseResult,
  expectedDate: Day | null,
  asOf: Instant,
): string[] {
  const { rows, rejected } = parsed;
  const lastDate = findLastDate(key, rows);
  const findings = [...listRangeFindings(key, rows), ...listJumpFindings(key, rows)];
  if (rejected.length > (rows.length + rejected.length) * TOLERATED_REJECTIONS)
    findings.push(
      `rejected: ${rejected.length} of ${rows.length + rejected.length} rows, first: ${rejected[0]?.reason}`,
    );
  if (expectedDate !== null && (lastDate === null || lastDate < expectedDate))
    findings.push(`late: expected ${expectedDate} by ${toIso(asOf)}, last is ${lastDate ?? 'none'}`);
  return findings;
}
