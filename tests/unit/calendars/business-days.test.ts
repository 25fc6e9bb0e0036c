import { describe, expect, it } from 'vitest';
import { getCalendar } from '../../../shared/calendars/calendars.ts';
import { addDays, daysBetween, type Day } from '../../../shared/time.ts';
import { readRecordedText } from '../../helpers/recorded-payload.ts';

interface Vertex {
  readonly calendarDays: number;
  /** Percent per year, BUS/252. */
  readonly rate252: number;
  /** Percent per year on calendar days; 0 = missing. */
  readonly rate360: number;
}

function readPreVertices(date: Day): Vertex[] {
  const page = readRecordedText(`b3/recorded/taxas_referenciais_PRE_${date}.html`);
  const table = page.slice(page.indexOf('tb_principal1'));
  const cells = [
    ...table.slice(0, table.indexOf('</table>')).matchAll(/<td[^>]*>\s*([-\d.,]+)\s*<\/td>/g),
  ].map(([, text]) => Number((text ?? '').replaceAll('.', '').replace(',', '.')));
  return Array.from({ length: cells.length / 3 }, (_, index) => ({
    calendarDays: cells[3 * index] ?? Number.NaN,
    rate252: cells[3 * index + 1] ?? Number.NaN,
    rate360: cells[3 * index + 2] ?? Number.NaN,
  })).filter(({ rate360 }) => rate360 !== 0);
}

function effectiveOnCalendarDays({ calendarDays, rate252 }: Vertex, businessDays: number): number {
  return 100 * ((1 + rate252 / 100) ** ((businessDays / 252) * (360 / calendarDays)) - 1);
}

function largestDifference(date: Day, listDate: Day): number {
  const calendar = getCalendar('BR_ANBIMA', listDate);
  const differences = readPreVertices(date).map((vertex) => {
    const businessDays = calendar.count(date, addDays(date, vertex.calendarDays));
    return Math.abs(effectiveOnCalendarDays(vertex, businessDays) - vertex.rate360);
  });
  return Math.max(...differences);
}

describe('business days of the PRE pages', () => {
  const dates = ['2021-01-04', '2023-01-02', '2024-01-02', '2025-01-02'];

  it('turn the 252 column into the 360 column within rounding', () => {
    expect(dates.map((date) => readPreVertices(date).length).reduce((sum, count) => sum + count, 0)).toBe(
      1040,
    );
    const differences = dates.map((date) => largestDifference(date, date));
    expect(Math.max(...differences)).toBeLessThan(0.01);
  });

  it('would not with the list of another day', () => {
    expect(largestDifference('2023-01-02', '2024-01-02')).toBeGreaterThan(0.02);
  });
});

describe('business days of the DI1 contracts', () => {
  it.each([
    ['2023-02-02', 'before the list changed'],
    ['2025-02-03', 'after it'],
  ])('equal those of the settlement of %s, %s', (date) => {
    const lines = readRecordedText(`b3/tables/pyield_futuro_${date}_DI1.csv`).trim().split('\n').slice(1);
    const calendar = getCalendar('BR_ANBIMA', date);
    const counts = lines.map((line) => {
      const [day = '', contract = '', expiry = '', businessDays, calendarDays] = line.split(',');
      return {
        contract,
        counted: calendar.count(day, expiry),
        businessDays: Number(businessDays),
        calendarDays,
        days: daysBetween(day, expiry),
      };
    });
    expect(counts.length).toBeGreaterThan(30);
    expect(counts.filter(({ counted, businessDays }) => counted !== businessDays)).toEqual([]);
    expect(counts.filter(({ calendarDays, days }) => days !== Number(calendarDays))).toEqual([]);
  });
});
