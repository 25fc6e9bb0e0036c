import { describe, expect, it } from 'vitest';
import { checkPartitionRange, lastPartition } from '../../../services/api/partition-range.ts';

describe('lastPartition', () => {
  it.each([
    ['2022-07-01T15:00:00Z', '2022-06-30'],
    // Half past eleven at night in São Paulo is already the next day in UTC.
    ['2022-07-02T02:30:00Z', '2022-06-30'],
    // Friday's partition still gathers until 06:00 of Monday.
    ['2022-07-02T15:00:00Z', '2022-06-30'],
    ['2022-07-04T08:59:00Z', '2022-06-30'],
    ['2022-07-04T09:00:00Z', '2022-07-01'],
    ['2022-07-05T12:00:00Z', '2022-07-04'],
  ])('is at %s the last one whose cutoff has passed: %s', (now, expected) => {
    expect(lastPartition(Date.parse(now))).toBe(expected);
  });
});

describe('checkPartitionRange', () => {
  const now = Date.parse('2022-07-04T12:00:00Z');
  const check = (from: string, to: string) =>
    checkPartitionRange({ from, to }, now).map(({ field }) => field);

  it('accepts everything from the first to the last partition, weekends at the ends included', () => {
    expect(check('2010-01-01', '2022-07-01')).toEqual([]);
    expect(check('2022-07-01', '2022-07-03')).toEqual([]);
  });

  it('names every end that is wrong', () => {
    expect(check('2009-12-31', '2022-07-04')).toEqual(['from', 'to']);
    expect(check('2022-07-02', '2022-07-03')).toEqual(['to']);
    expect(check('2022-07-02', '2022-07-01')).toEqual(['to']);
  });
});
