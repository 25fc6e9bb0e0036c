import { describe, expect, it } from 'vitest';
import { getCalendar } from '../../../shared/calendars/calendars.ts';
import { describeContract } from '../../../shared/connectors/b3/contracts.ts';
import { addDays, daysBetween, type Day } from '../../../shared/time.ts';
import { readReferencePage } from '../../helpers/b3-archives.ts';
import { readRecordedText } from '../../helpers/recorded-payload.ts';

/** Cells of a recorded table without its header. */
function readCells(path: string): string[][] {
  const [, ...lines] = readRecordedText(path).trim().split('\n');
  return lines.map((line) => line.trim().split(','));
}

describe('vertices of the recorded TaxaSwap file', () => {
  it('are as many business days away as the file says, all 348 of 2014-12-12', () => {
    const lines = readRecordedText('b3/recorded/TaxaSwap.txt')
      .split(/\r?\n/)
      .filter((line) => line !== '');
    expect(lines).toHaveLength(348);
    const wrong = lines.filter((line) => {
      const [, year, month, day] = /^.{11}(\d{4})(\d{2})(\d{2})/.exec(line) ?? [];
      const date = `${year}-${month}-${day}`;
      const vertex = addDays(date, Number(line.slice(41, 46)));
      return getCalendar('BR_ANBIMA', date).count(date, vertex) !== Number(line.slice(46, 51));
    });
    expect(wrong).toEqual([]);
  });
});

const PAGES = [
  ['PRE', '2021-01-04', 282],
  ['PRE', '2023-01-02', 256],
  ['PRE', '2024-01-02', 256],
  ['PRE', '2025-01-02', 250],
  ['DIC', '2021-01-04', 282],
  ['DIC', '2023-01-02', 256],
  ['DIC', '2025-01-02', 250],
  ['DOC', '2021-01-04', 282],
  ['DOC', '2023-01-02', 256],
  ['DOC', '2025-01-02', 250],
] as const;

describe('vertices of the recorded reference pages', () => {
  it.each(PAGES)('%s of %s: all %i fall on business days of the list of that day', (curve, date, count) => {
    const calendar = getCalendar('BR_ANBIMA', date);
    const vertices = readReferencePage(curve, date).map(({ calendarDays }) => addDays(date, calendarDays));
    expect(vertices).toHaveLength(count);
    expect(vertices.filter((day) => !calendar.isSession(day))).toEqual([]);
  });

  it.each([
    ['PRE', { '2021-01-04': [222, 70], '2023-01-02': [191, 90], '2025-01-02': [180, 0] }],
    ['DIC', { '2021-01-04': [282, 130], '2023-01-02': [256, 155], '2025-01-02': [250, 0] }],
    ['DOC', { '2021-01-04': [222, 70], '2023-01-02': [191, 90], '2025-01-02': [180, 0] }],
  ] as const)(
    'differ from the %s table of another reader only where it counts the past with a later list',
    (curve, expected) => {
      const counts: Record<Day, [rows: number, different: number]> = {};
      for (const [, date = '', , calendarDays, businessDays] of readCells(
        `b3/tables/yield_curve_${curve}_2021_2023_2025_parsed_by_rb3.csv`,
      )) {
        const vertex = addDays(date, Number(calendarDays));
        const [theirs, ours] = [Number(businessDays), getCalendar('BR_ANBIMA', date).count(date, vertex)];
        const today = getCalendar('BR_ANBIMA').count(date, vertex);
        const entry = (counts[date] ??= [0, 0]);
        entry[0] += 1;
        if (theirs === ours) continue;
        entry[1] += 1;
        expect(theirs, `${curve} ${date} ${calendarDays}`).toBe(today);
      }
      expect(counts).toEqual(expected);
    },
  );
});

describe('contracts of the recorded settlements', () => {
  it('have the maturity and business days of the DI1 table of 2026: 4,596 rows of 101 sessions', () => {
    const rows = readCells('b3/tables/di1_daily_curve_2026-01-02_2026-05-29.csv');
    expect(rows).toHaveLength(4_596);
    const wrong = rows.filter(([date = '', ticker = '', maturity, businessDays]) => {
      const contract = describeContract(ticker, date);
      return contract.maturity !== maturity || contract.businessDays !== Number(businessDays);
    });
    expect(wrong).toEqual([]);
    const b3 = getCalendar('B3');
    const sessions = new Set(rows.map(([date]) => date));
    expect(sessions.size).toBe(101);
    expect(b3.count('2026-01-01', '2026-05-29')).toBe(101);
    expect([...sessions].filter((date) => !b3.isSession(date ?? ''))).toEqual([]);
  });

  it.each([
    ['DI1', '2023-02-02'],
    ['DOL', '2023-02-02'],
    ['DI1', '2025-02-03'],
    ['DOL', '2025-02-03'],
  ])('have the maturity and days of the %s table of %s', (family, date) => {
    const rows = readCells(`b3/tables/pyield_futuro_${date}_${family}.csv`);
    const wrong = rows.filter(([, ticker = '', maturity, businessDays, calendarDays]) => {
      const contract = describeContract(ticker, date);
      const days = [contract.businessDays, contract.calendarDays];
      return (
        contract.maturity !== maturity || days.join() !== [Number(businessDays), Number(calendarDays)].join()
      );
    });
    expect(rows.length).toBeGreaterThanOrEqual(20);
    expect(wrong).toEqual([]);
  });

  it('give FRC as the forward between DDI prices on 78 weekly sessions, from the first maturity beyond two days', () => {
    const rows = readCells('b3/tables/settlement_prices_weekly_2021-01-04_2022-06-27.csv');
    const dates = [...new Set(rows.map(([date = '']) => date))];
    const b3 = getCalendar('B3');
    expect(dates).toHaveLength(78);
    expect(dates.filter((date) => !b3.isSession(date))).toEqual([]);
    let compared = 0;
    for (const date of dates) {
      const family = (name: string) =>
        rows
          .filter(([day, , commodity]) => day === date && commodity === name)
          .map(([, ticker = '', , , , price]) => ({
            maturity: describeContract(ticker, date).maturity,
            price: Number(price),
          }));
      const ddi = new Map(family('DDI').map(({ maturity, price }) => [maturity, price]));
      const first = [...ddi.keys()].filter((maturity) => daysBetween(date, maturity) > 2).sort()[0] ?? '';
      for (const { maturity, price } of family('FRC')) {
        const later = ddi.get(maturity);
        if (later === undefined || maturity === first) continue;
        const growth = (ddi.get(first) ?? Number.NaN) / later - 1;
        const forward = (100 * growth * 360) / daysBetween(first, maturity);
        expect(Math.abs(forward - price), `${date} ${maturity}`).toBeLessThan(0.0061);
        compared += 1;
      }
    }
    expect(compared).toBe(2_814);
  });
});
