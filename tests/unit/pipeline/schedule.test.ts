import { describe, expect, it } from 'vitest';
import { listDueTicks, nextTick } from '../../../shared/pipeline/schedule.ts';
import { taskJobSchema } from '../../../shared/queues/job.ts';
import { cutoffOf, dayInZone, previousWeekday, SAO_PAULO, toIso } from '../../../shared/time.ts';

const daily = { name: 'daily', cron: '0 6 * * 1-5', zone: SAO_PAULO };

describe('the daily schedule', () => {
  it('is due at 06:00 in São Paulo, in summer time and without', () => {
    expect(toIso(nextTick(daily, Date.parse('2018-12-03T00:00:00Z')))).toBe('2018-12-03T08:00:00.000Z');
    expect(toIso(nextTick(daily, Date.parse('2021-12-03T00:00:00Z')))).toBe('2021-12-03T09:00:00.000Z');
  });

  it('is never due on a weekend and stands for the weekday before, a holiday or not', () => {
    const due = listDueTicks(daily, Date.parse('2021-12-24T12:00:00Z'), Date.parse('2021-12-28T12:00:00Z'));
    const partitions = due.map((tick) => previousWeekday(dayInZone(tick, SAO_PAULO)));
    expect(due.map(toIso)).toEqual(['2021-12-27T09:00:00.000Z', '2021-12-28T09:00:00.000Z']);
    expect(partitions).toEqual(['2021-12-24', '2021-12-27']);
    expect(partitions.map(cutoffOf)).toEqual(due);
  });

  it('asks for nothing that is not out: the cutoff of a partition is the morning after it', () => {
    expect(toIso(cutoffOf('2021-01-08'))).toBe('2021-01-11T09:00:00.000Z');
  });
});

describe('a job', () => {
  it('without its run, task and dispatch is refused: no partition is guessed from a clock', () => {
    const job = {
      runId: '0199c0de-0000-7000-8000-000000000001',
      taskId: '0199c0de-0000-7000-8000-000000000002',
      asset: 'bronze_fred',
      dispatch: 1,
    };
    expect(taskJobSchema.safeParse(job).success).toBe(true);
    for (const name of Object.keys(job)) {
      const without = Object.fromEntries(Object.entries(job).filter(([field]) => field !== name));
      expect(taskJobSchema.safeParse(without).success, name).toBe(false);
    }
  });
});
