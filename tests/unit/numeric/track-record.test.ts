import { describe, expect, it } from 'vitest';
import { AGENTS } from '../../../services/agents/handlers.ts';
import { getCalendar } from '../../../shared/calendars/calendars.ts';
import { measureTrackRecord, type SpokenSignal } from '../../../shared/numeric/track-record.ts';
import { AXIS_TARGETS, findTarget } from '../../../shared/silver/signal-targets.ts';
import { isCurveId } from '../../../shared/silver/curve-conventions.ts';
import { listInstruments } from '../../../shared/connectors/registry.ts';

const calendar = getCalendar('WEEKDAYS');
const change = (entry: number, exit: number) => exit - entry;

const say = (partition: string, direction: 'LONG' | 'SHORT', horizonDays = 2): SpokenSignal => ({
  partition,
  direction,
  horizonDays,
});

/** Values of the weekdays from Monday 2022-01-03 on. */
const VALUES = [10, 11, 13, 12, 12, 15, 9].map((value, index) => ({
  date: calendar.add('2022-01-03', index),
  value,
}));

describe('measureTrackRecord', () => {
  it('enters at the first session after the partition and counts moves in the direction of the signal', () => {
    // Entries on 4, 5, 6 and 7 January at 11, 13, 12, 12; two sessions later at 12, 12, 15, 9: +1, −1, +3, −3.
    const record = measureTrackRecord(
      [
        say('2022-01-03', 'LONG'),
        say('2022-01-04', 'SHORT'),
        say('2022-01-05', 'LONG'),
        say('2022-01-06', 'LONG'),
      ],
      { calendar, values: VALUES, moveOf: change, isOver: () => true },
    );
    expect(record).toEqual({
      spoke: 4,
      windows: 4,
      open: 0,
      withoutValue: 0,
      hitRate: 3 / 4,
      meanMove: (1 + 1 + 3 - 3) / 4,
      // 4 to 6 January, then 6 to 10 January.
      nonOverlapping: 2,
      standardError: Math.sqrt((0.25 + 0.25 + 6.25 + 12.25) / 3) / Math.sqrt(2),
      firstPartition: '2022-01-03',
      lastPartition: '2022-01-06',
    });
  });

  it('leaves out moves whose end is not known, and those without a value near one end', () => {
    const signals = [say('2022-01-03', 'LONG'), say('2022-01-06', 'LONG'), say('2022-03-01', 'LONG')];
    const market = { calendar, values: VALUES, moveOf: change };
    expect(
      measureTrackRecord(signals, { ...market, isOver: (session) => session <= '2022-01-06' }),
    ).toMatchObject({ spoke: 3, windows: 1, open: 2, withoutValue: 0 });
    expect(measureTrackRecord(signals, { ...market, isOver: () => true })).toMatchObject({
      windows: 2,
      open: 0,
      withoutValue: 1,
    });
  });

  it('takes a value that is at most five sessions old', () => {
    // The last value is of Tuesday 11 January: five sessions before the 18th, six before the 19th.
    const at = (partition: string) =>
      measureTrackRecord([say(partition, 'LONG', 1)], {
        calendar,
        values: VALUES,
        moveOf: change,
        isOver: () => true,
      });
    expect(at('2022-01-14')).toMatchObject({ windows: 1, withoutValue: 0 });
    expect(at('2022-01-17')).toMatchObject({ windows: 0, withoutValue: 1 });
  });

  it('counts no move as a hit that is none, and says nothing about nothing', () => {
    const flat = { calendar, values: VALUES.map(({ date }) => ({ date, value: 7 })), moveOf: change };
    expect(measureTrackRecord([say('2022-01-03', 'SHORT')], { ...flat, isOver: () => true })).toMatchObject({
      windows: 1,
      hitRate: 0,
      nonOverlapping: 1,
      standardError: null,
    });
    expect(measureTrackRecord([], { ...flat, isOver: () => true })).toEqual({
      spoke: 0,
      windows: 0,
      open: 0,
      withoutValue: 0,
      hitRate: null,
      meanMove: null,
      nonOverlapping: 0,
      standardError: null,
      firstPartition: null,
      lastPartition: null,
    });
  });
});

describe('the targets of signals', () => {
  const specs = Object.values(AGENTS).flatMap(({ expectedSignals }) => expectedSignals);

  it('are said for the axis of every signal, as a series of silver or with a reason', () => {
    expect(specs).toHaveLength(23);
    const instruments = new Map(listInstruments().map((instrument) => [instrument.key, instrument.calendar]));
    for (const { signalId, axis } of specs) {
      expect([signalId, Object.hasOwn(AXIS_TARGETS, axis)]).toEqual([signalId, true]);
      const { target, reason } = findTarget(signalId, axis);
      if (target === null) expect(reason?.length).toBeGreaterThan(20);
      else if (target.kind === 'price') expect(target.calendar).toBe(instruments.get(target.key));
      else expect(isCurveId(target.key)).toBe(true);
    }
  });

  it('name the axis that has none', () => {
    expect(findTarget('ANY', 'WEATHER')).toEqual({
      target: null,
      reason: 'no market series stands for the axis WEATHER',
    });
  });
});
