import { isDay, type Day } from '../time.ts';

const BRAZILIAN = /^(\d{2})\/(\d{2})\/(\d{4})$/;

/** Reads `dd/MM/yyyy`; null when the text is not a real date in that form. */
export function parseBrazilianDay(text: string): Day | null {
  const [, day, month, year] = BRAZILIAN.exec(text) ?? [];
  const date = `${year}-${month}-${day}`;
  return isDay(date) ? date : null;
}

/** Writes `dd/MM/yyyy`. */
export function formatBrazilianDay(day: Day): string {
  return `${day.slice(8, 10)}/${day.slice(5, 7)}/${day.slice(0, 4)}`;
}

/** Writes `MM-dd-yyyy`, the form of the BCB's OData services. */
export function formatMonthFirstDay(day: Day): string {
  return `${day.slice(5, 7)}-${day.slice(8, 10)}-${day.slice(0, 4)}`;
}
