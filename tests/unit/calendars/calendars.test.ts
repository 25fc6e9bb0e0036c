import { describe, expect, it } from 'vitest';
import { getCalendar, isOptionalDay } from '../../../shared/calendars/calendars.ts';
import { easterOf } from '../../../shared/calendars/easter.ts';
import { PermanentError } from '../../../shared/errors.ts';

describe('getCalendar', () => {
  it('answers the reference values of the Brazilian bank calendar', () => {
    const calendar = getCalendar('BR_ANBIMA');
    expect(calendar.isSession('2025-01-01')).toBe(false);
    expect(calendar.count('2025-01-02', '2025-01-10')).toBe(6);
    expect(calendar.count('2025-01-10', '2025-01-02')).toBe(-6);
    expect(calendar.isSession('2024-12-24')).toBe(true);
    expect(calendar.isSession('2024-12-31')).toBe(true);
  });

  it('keeps 20 November open in counts made before 2023-12-26', () => {
    const before = getCalendar('BR_ANBIMA', '2023-12-25');
    const after = getCalendar('BR_ANBIMA', '2023-12-26');
    expect(before.isSession('2024-11-20')).toBe(true);
    expect(after.isSession('2024-11-20')).toBe(false);
    expect(after.isSession('2023-11-20')).toBe(true);
    expect(getCalendar('BR_ANBIMA')).toBe(after);
    const years = Array.from({ length: 76 }, (_, index) => 2024 + index);
    const differing = years.filter(
      (year) => before.isSession(`${year}-11-20`) !== after.isSession(`${year}-11-20`),
    );
    expect(differing).toHaveLength(55);
    expect(before.count('2024-01-01', '2099-12-31') - after.count('2024-01-01', '2099-12-31')).toBe(55);
  });

  it('closes B3 on 24 December and on the last bank day of the year', () => {
    const calendar = getCalendar('B3');
    const last = ['2011-12-30', '2016-12-30', '2017-12-29', '2022-12-30', '2023-12-29'];
    expect(last.filter((day) => calendar.isSession(day))).toEqual([]);
    expect(calendar.isSession('2021-12-24')).toBe(false);
    expect(calendar.isSession('2014-06-12')).toBe(false);
    expect([calendar.isSession('2020-07-09'), calendar.isSession('2020-11-20')]).toEqual([true, true]);
    expect([calendar.isSession('2021-07-09'), calendar.isSession('2022-01-25')]).toEqual([false, true]);
  });

  it('follows the Treasury on Columbus Day, Veterans Day and Good Friday', () => {
    const calendar = getCalendar('US_GOV');
    expect(calendar.isSession('2025-07-04')).toBe(false);
    expect(calendar.isSession('2021-10-11')).toBe(false);
    expect(getCalendar('US_NYSE').isSession('2021-10-11')).toBe(true);
    const goodFridays = ['2010-04-02', '2012-04-06', '2015-04-03', '2021-04-02', '2023-04-07', '2026-04-03'];
    expect(goodFridays.filter((day) => !calendar.isSession(day))).toEqual([]);
    expect(goodFridays.filter((day) => getCalendar('US_NYSE').isSession(day))).toEqual([]);
    expect(calendar.isSession('2022-04-15')).toBe(false);
    const newYearAndVeterans = ['2010-12-31', '2021-12-31', '2017-11-10'];
    expect(newYearAndVeterans.filter((day) => !calendar.isSession(day))).toEqual([]);
    const observed = ['2010-12-24', '2015-07-03', '2020-07-03', '2021-12-24'];
    expect(observed.filter((day) => calendar.isSession(day))).toEqual([]);
    expect(isOptionalDay('US_GOV', '2027-03-26')).toBe(true);
    expect(isOptionalDay('US_GOV', '2022-04-15')).toBe(false);
  });

  it('moves by sessions', () => {
    const calendar = getCalendar('BR_ANBIMA');
    expect(calendar.next('2025-01-03')).toBe('2025-01-06');
    expect(calendar.previous('2025-01-06')).toBe('2025-01-03');
    expect(calendar.previous('2025-01-05')).toBe('2025-01-03');
    expect(calendar.add('2025-01-04', 0)).toBe('2025-01-06');
    expect(calendar.add('2025-01-04', -1)).toBe('2025-01-03');
    expect(calendar.add('2025-01-03', 1)).toBe('2025-01-06');
    expect(getCalendar('WEEKDAYS').isSession('2025-01-01')).toBe(true);
    expect(getCalendar('NONE').count('2025-01-03', '2025-01-06')).toBe(3);
  });

  it('refuses days that it does not know instead of clamping them', () => {
    const calendar = getCalendar('US_NYSE');
    expect(() => calendar.isSession('2100-01-01')).toThrow(PermanentError);
    expect(() => calendar.count('1989-12-31', '2020-01-01')).toThrow('from 1990-01-01 to 2099-12-31');
    expect(() => calendar.next('2099-12-31')).toThrow(PermanentError);
    expect(() => calendar.isSession('not a day')).toThrow(PermanentError);
  });
});

describe('easterOf', () => {
  it('finds the earliest, the latest and the recent Easters', () => {
    expect([2008, 2011, 2024, 2025, 2038].map((year) => easterOf(year))).toEqual([
      '2008-03-23',
      '2011-04-24',
      '2024-03-31',
      '2025-04-20',
      '2038-04-25',
    ]);
  });
});
