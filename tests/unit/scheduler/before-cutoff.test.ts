import { pino } from 'pino';
import { expect, it } from 'vitest';
import { warnBeforeCutoff } from '../../../services/scheduler/ticks.ts';

function listWarnings(cron: string, zone: string): unknown[] {
  const lines: unknown[] = [];
  const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  warnBeforeCutoff({ name: 'weekday', cron, zone }, Date.parse('2026-06-02T12:00:00Z'), log);
  return lines;
}

it.each([
  ['0 6 * * 1-5', 'America/Sao_Paulo'],
  ['0 6 * * 1-5', 'America/New_York'],
  ['0 10 * * 1-5', 'Europe/London'],
])('says nothing of a schedule that is due at the cutoff or after it: %s %s', (cron, zone) => {
  expect(listWarnings(cron, zone)).toEqual([]);
});

it.each([
  ['0 5 * * 1-5', 'America/Sao_Paulo', '2026-06-03T08:00:00.000Z'],
  ['0 6 * * 1-5', 'Asia/Tokyo', '2026-06-02T21:00:00.000Z'],
])('warns of a schedule that is due before the cutoff of its partition: %s %s', (cron, zone, dueAt) => {
  expect(listWarnings(cron, zone)).toMatchObject([
    { level: 40, cron, zone, dueAt, partition: '2026-06-02', cutoff: '2026-06-03T09:00:00.000Z' },
  ]);
});
