import { Settings } from 'luxon';
import { afterEach, describe, expect, it } from 'vitest';
import { toIso, zonedInstant } from '../../shared/time.ts';

const realNow = Settings.now;
afterEach(() => {
  Settings.now = realNow;
});

describe('the moment of a wall clock', () => {
  it.each(['2026-01-15', '2026-07-15'])('that happens twice is the first, asked on %s', (today) => {
    Settings.now = () => Date.parse(today);
    // Each in another month, so that none is remembered from the other day.
    const year = today === '2026-01-15' ? '2025-11-02' : '2026-11-01';
    expect(toIso(zonedInstant(year, '01:30', 'America/New_York'))).toBe(`${year}T05:30:00.000Z`);
  });

  it.each([
    ['America/New_York', '2026-03-08', '02:30', '2026-03-08T07:30:00.000Z'],
    ['America/Sao_Paulo', '2018-11-04', '00:00', '2018-11-04T03:00:00.000Z'],
    ['Australia/Lord_Howe', '2026-10-04', '02:15', '2026-10-03T15:45:00.000Z'],
  ])('that a switch skips is read as much later as the switch is long: %s', (zone, day, clock, moment) => {
    expect(toIso(zonedInstant(day, clock, zone))).toBe(moment);
  });

  it.each([
    ['America/New_York', '2026-03-08', '01:59', '2026-03-08T06:59:00.000Z'],
    ['America/New_York', '2026-03-08', '03:00', '2026-03-08T07:00:00.000Z'],
    ['America/New_York', '2026-11-01', '00:59', '2026-11-01T04:59:00.000Z'],
    ['America/New_York', '2026-11-01', '02:00', '2026-11-01T07:00:00.000Z'],
    ['Pacific/Auckland', '2026-09-27', '03:00', '2026-09-26T14:00:00.000Z'],
    ['Pacific/Honolulu', '2026-09-27', '23:00', '2026-09-28T09:00:00.000Z'],
  ])('beside a switch is the one there is: %s %s %s', (zone, day, clock, moment) => {
    expect(toIso(zonedInstant(day, clock, zone))).toBe(moment);
  });
});
