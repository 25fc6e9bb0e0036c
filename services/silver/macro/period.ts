import type { Frequency } from '../../../shared/connectors/connector.ts';
import type { Day } from '../../../shared/time.ts';

/** Frequencies whose periods can be counted: the place of a period is its number since year 0. */
export type PeriodFrequency = Extract<Frequency, 'M' | 'Q' | 'A'>;

const PER_YEAR: Readonly<Record<PeriodFrequency, number>> = { M: 12, Q: 4, A: 1 };

/** True for a frequency whose values belong to a period; a daily or weekly value belongs to its date. */
export function isPeriodic(frequency: Frequency): frequency is PeriodFrequency {
  return frequency in PER_YEAR;
}

/** Number of the period that holds a date: consecutive periods have consecutive numbers. */
export function placeOf(date: Day, frequency: PeriodFrequency): number {
  const perYear = PER_YEAR[frequency];
  const month = Number(date.slice(5, 7)) - 1;
  return Number(date.slice(0, 4)) * perYear + Math.floor((month * perYear) / 12);
}

/** Calendar year of a period. */
export function yearOf(place: number, frequency: PeriodFrequency): number {
  return Math.floor(place / PER_YEAR[frequency]);
}

/** Calendar month of a monthly period, 1 = January. */
export function monthOf(place: number): number {
  return (place % 12) + 1;
}

/** Key of a period: `2024-05`, `2024-Q1`, `2024`. */
export function labelOf(place: number, frequency: PeriodFrequency): string {
  const year = String(yearOf(place, frequency));
  if (frequency === 'A') return year;
  const within = (place % PER_YEAR[frequency]) + 1;
  return frequency === 'Q' ? `${year}-Q${within}` : `${year}-${String(within).padStart(2, '0')}`;
}

/** First day of a period. */
export function startOf(place: number, frequency: PeriodFrequency): Day {
  const month = (place % PER_YEAR[frequency]) * (12 / PER_YEAR[frequency]) + 1;
  return `${yearOf(place, frequency)}-${String(month).padStart(2, '0')}-01`;
}
