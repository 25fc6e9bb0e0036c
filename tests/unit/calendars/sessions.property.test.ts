import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { getCalendar } from '../../../shared/calendars/calendars.ts';
import { addDays, listWeekdays } from '../../../shared/time.ts';

const calendars = (['BR_ANBIMA', 'B3', 'US_GOV', 'US_NYSE', 'WEEKDAYS'] as const).map((name) =>
  getCalendar(name),
);
const versions = [...calendars, getCalendar('BR_ANBIMA', '2021-01-04')];

const day = fc.integer({ min: 0, max: 38_000 }).map((offset) => addDays('1991-01-01', offset));
const span = fc.integer({ min: 0, max: 800 });

describe.each(versions.map((calendar, index) => ({ calendar, name: `${calendar.name} ${index}` })))(
  'sessions of $name',
  ({ calendar }) => {
    it('are counted as one by one, from the first day on and with the last', () => {
      fc.assert(
        fc.property(day, span, (from, length) => {
          const to = addDays(from, length);
          const sessions = listWeekdays(addDays(from, 1), to).filter((one) => calendar.isSession(one));
          expect(calendar.count(from, to)).toBe(sessions.length);
          expect(calendar.count(to, from) + calendar.count(from, to)).toBe(0);
        }),
        { numRuns: 200, seed: 20_231_226 },
      );
    });

    it('lead on and back again', () => {
      fc.assert(
        fc.property(day, fc.integer({ min: 1, max: 300 }), (from, count) => {
          const next = calendar.next(from);
          expect(next > from && calendar.isSession(next)).toBe(true);
          expect(calendar.count(from, next)).toBe(1);
          const later = calendar.add(next, count);
          expect(calendar.count(next, later)).toBe(count);
          expect(calendar.add(later, -count)).toBe(next);
          expect(calendar.next(calendar.previous(next))).toBe(next);
        }),
        { numRuns: 200, seed: 20_231_226 },
      );
    });
  },
);
