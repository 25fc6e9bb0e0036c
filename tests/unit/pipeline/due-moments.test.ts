import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isWeekdaySchedule,
  listDueTicks,
  nextTick,
  partitionOfTick,
} from '../../../shared/pipeline/schedule.ts';
import {
  addDays,
  cutoffOf,
  DAY_MS,
  dayInZone,
  HOUR,
  isWeekday,
  listWeekdays,
  MINUTE,
  NEW_YORK,
  previousWeekday,
  SAO_PAULO,
  toIso,
  zonedInstant,
  type Day,
} from '../../../shared/time.ts';

/** Due moments from the morning of one day to the evening of another, as UTC text without seconds. */
function listDue(cron: string, zone: string, from: Day, to: Day): string[] {
  const after = Date.parse(`${from}T00:00:00Z`);
  const due = listDueTicks({ name: 'test', cron, zone }, after, Date.parse(`${to}T23:59:59Z`));
  return due.map((instant) => toIso(instant).slice(0, 16));
}

describe('a schedule in America/New_York', () => {
  it('is due at the same hour of the clock before and after both switches', () => {
    const cron = '0 6 * * 1-5';
    expect(listDue(cron, NEW_YORK, '2026-03-06', '2026-03-09')).toEqual([
      '2026-03-06T11:00',
      '2026-03-09T10:00',
    ]);
    expect(listDue(cron, NEW_YORK, '2026-10-30', '2026-11-02')).toEqual([
      '2026-10-30T10:00',
      '2026-11-02T11:00',
    ]);
  });

  it('is due an hour later on the day whose clock skips its hour', () => {
    expect(listDue('30 2 * * *', NEW_YORK, '2026-03-07', '2026-03-09')).toEqual([
      '2026-03-07T07:30',
      '2026-03-08T07:30',
      '2026-03-09T06:30',
    ]);
  });

  it('is due once on the day whose clock has its hour twice, wherever one begins to look', () => {
    expect(listDue('30 1 * * *', NEW_YORK, '2026-10-31', '2026-11-02')).toEqual([
      '2026-10-31T05:30',
      '2026-11-01T05:30',
      '2026-11-02T06:30',
    ]);
    const schedule = { name: 'test', cron: '30 1 * * *', zone: NEW_YORK };
    for (
      let after = Date.parse('2026-11-01T05:30:00Z');
      after < Date.parse('2026-11-02T06:30:00Z');
      after += MINUTE
    )
      expect(toIso(nextTick(schedule, after)), toIso(after)).toBe('2026-11-02T06:30:00.000Z');
  });

  it('finds what was skipped when one begins to look after the switch', () => {
    const schedule = { name: 'test', cron: '45 2 * * *', zone: NEW_YORK };
    expect(toIso(nextTick(schedule, Date.parse('2026-03-08T07:10:00Z')))).toBe('2026-03-08T07:45:00.000Z');
    expect(toIso(nextTick(schedule, Date.parse('2026-03-08T07:45:00Z')))).toBe('2026-03-09T06:45:00.000Z');
  });

  it('is due in the order of time also where a skipped clock comes after a later one', () => {
    expect(listDue('0,45 2,3 * * *', NEW_YORK, '2026-03-08', '2026-03-08')).toEqual([
      '2026-03-08T07:00',
      '2026-03-08T07:45',
    ]);
  });
});

describe('a schedule in America/Sao_Paulo', () => {
  it('is due an hour later on 2018-11-04, which has no midnight', () => {
    expect(listDue('0 0 * * *', SAO_PAULO, '2018-11-03', '2018-11-05')).toEqual([
      '2018-11-03T03:00',
      '2018-11-04T03:00',
      '2018-11-05T02:00',
    ]);
  });

  it('is due once on 2019-02-16, whose last hour happens twice', () => {
    expect(listDue('30 23 * * *', SAO_PAULO, '2019-02-16', '2019-02-18')).toEqual([
      '2019-02-16T01:30',
      '2019-02-17T01:30',
      '2019-02-18T02:30',
    ]);
  });

  it('is due at the cutoff of its partition around both switches', () => {
    const schedule = { name: 'test', cron: '0 6 * * 1-5', zone: SAO_PAULO };
    for (const [from, to] of [
      ['2018-11-01', '2018-11-07'],
      ['2019-02-14', '2019-02-20'],
    ] as const) {
      const due = listDueTicks(schedule, Date.parse(`${from}T00:00:00Z`), Date.parse(`${to}T23:00:00Z`));
      expect(due).toHaveLength(5);
      for (const dueAt of due) expect(cutoffOf(partitionOfTick(schedule, dueAt))).toBe(dueAt);
    }
  });
});

describe('a schedule in a zone whose clock moves by half an hour or two', () => {
  it.each([
    ['Australia/Lord_Howe', '15 2 * * *', '2026-10-03T15:45', '2026-10-02', '2026-10-05'],
    ['Antarctica/Troll', '30 2 * * *', '2026-03-29T02:30', '2026-03-28', '2026-03-30'],
    ['America/Caracas', '45 2 * * *', '2016-05-01T07:15', '2016-04-30', '2016-05-02'],
  ])('is due once a day: %s', (zone, cron, atSwitch, from, to) => {
    const due = listDue(cron, zone, from, to);
    expect(due).toContain(atSwitch);
    expect(due.map((moment) => dayInZone(Date.parse(`${moment}:00Z`), zone))).toEqual(
      due.map((_, index) => addDays(dayInZone(Date.parse(`${due[0]}:00Z`), zone), index)),
    );
  });

  it.each(['Asia/Kolkata', 'Asia/Kathmandu', 'Australia/Adelaide'])('has half hours: %s', (zone) => {
    const schedule = { name: 'test', cron: '0 6 * * 1-5', zone };
    const dueAt = nextTick(schedule, Date.parse('2026-06-02T12:00:00Z'));
    expect(dueAt).toBe(zonedInstant('2026-06-03', '06:00', zone));
    expect(partitionOfTick(schedule, dueAt)).toBe('2026-06-02');
  });
});

describe('in every zone, from any day on, at any hour', () => {
  const zones = Intl.supportedValuesOf('timeZone');
  const days = fc.integer({ min: 0, max: 5_400 }).map((count) => addDays('2012-01-02', count));
  const arbitrary = { zone: fc.constantFrom(...zones), from: days, hour: fc.nat(23), minute: fc.nat(59) };

  it('each weekday has one tick, which stands for the weekday before, in the order of time', () => {
    fc.assert(
      fc.property(fc.record({ ...arbitrary, length: fc.nat(60) }), ({ zone, from, hour, minute, length }) => {
        const schedule = { name: 'test', cron: `${minute} ${hour} * * 1-5`, zone };
        const to = addDays(from, length);
        const start = zonedInstant(from, '00:00', zone) - 1;
        const end = zonedInstant(to, '24:00', zone) - 1;
        const due = listDueTicks(schedule, start, end);
        expect(due.map((dueAt) => partitionOfTick(schedule, dueAt))).toEqual(
          listWeekdays(from, to).map((day) => previousWeekday(day)),
        );
        expect(due).toEqual([...new Set(due)].toSorted((a, b) => a - b));
        for (const dueAt of due) expect(isWeekday(dayInZone(dueAt, zone))).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('the next tick does not depend on where one begins to look', () => {
    fc.assert(
      fc.property(
        fc.record({ ...arbitrary, before: fc.nat(30 * 60) }),
        ({ zone, from, hour, minute, before }) => {
          const schedule = { name: 'test', cron: `${minute} ${hour} * * *`, zone };
          const after = zonedInstant(from, '12:00', zone);
          const next = nextTick(schedule, after);
          const earlier = after - before * MINUTE;
          expect(listDueTicks(schedule, earlier, after + 2 * DAY_MS).find((dueAt) => dueAt > after)).toBe(
            next,
          );
          expect(next - after).toBeLessThanOrEqual(DAY_MS + 2 * HOUR);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('a weekday schedule', () => {
  it.each([
    ['0 6 * * 1-5', true],
    ['30 5 * * MON-FRI', true],
    ['0 6 * * 1,3', true],
    ['0 6 * * *', false],
    ['0 6 * * 0-5', false],
    ['0 6,18 * * 1-5', false],
    ['* * * * * *', false],
    ['0 6 1 * 1-5', false],
  ])('%s: %s', (cron, isOne) => {
    expect(isWeekdaySchedule({ name: 'test', cron, zone: SAO_PAULO })).toBe(isOne);
  });
});
