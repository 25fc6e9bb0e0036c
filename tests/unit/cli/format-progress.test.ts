import { expect, it } from 'vitest';

import { computeRate, formatEta, formatProgressLine } from '../../../infra/cli/format-progress.ts';

it('takes the rate of the last 15 seconds', () => {
  const samples = [
    { atMs: 0, done: 0 },
    { atMs: 20_000, done: 100 },
    { atMs: 30_000, done: 1_100 },
  ];
  expect(computeRate(samples)).toBe(100);
  expect(computeRate(samples.slice(0, 1))).toBe(0);
});

it('has no remaining time when nothing moves', () => {
  expect(formatEta(100, 0)).toBe('-');
  expect(formatEta(0, 0)).toBe('0 s');
  expect(formatEta(100, 4)).toBe('25 s');
});

it('says how far it is', () => {
  expect(formatProgressLine(1_234, 5_390, 200)).toBe(
    '1,234 of 5,390 materializations (22 %), 200 per s, 21 s left',
  );
});
