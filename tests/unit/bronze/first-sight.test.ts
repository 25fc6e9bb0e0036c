import { describe, expect, it } from 'vitest';
import { stampFirstSight } from '../../../services/bronze/read.ts';
import { cutoffOf, DAY_MS, HOUR } from '../../../shared/time.ts';

const LAST = '2022-01-10';
const CUTOFF = cutoffOf(LAST);

describe('the first sight of a value without a release time', () => {
  it('is the cutoff of the partition when its scheduled run comes in time', () => {
    expect(stampFirstSight('scheduled', LAST, CUTOFF + 2_000)).toBe(CUTOFF);
    expect(stampFirstSight('scheduled', LAST, CUTOFF + 2 * HOUR)).toBe(CUTOFF);
  });

  it('is the fetch when the scheduled run is made up for: the partition did not know it', () => {
    const fetchedAt = CUTOFF + 14 * DAY_MS;
    expect(stampFirstSight('scheduled', LAST, fetchedAt)).toBe(fetchedAt);
  });

  it('is the fetch of a manual run and of a backfill', () => {
    for (const kind of ['manual', 'backfill'] as const)
      expect(stampFirstSight(kind, LAST, CUTOFF + 2_000)).toBe(CUTOFF + 2_000);
  });
});
