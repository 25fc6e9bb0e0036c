import { expect, it } from 'vitest';

import { formatBytes, formatCount, formatDuration, formatValue } from '../../../infra/cli/format-number.ts';

it('formats counts, durations and sizes', () => {
  expect(formatCount(5_390)).toBe('5,390');
  expect([840, 42_000, 59_600, 185_000, 7_800_000].map(formatDuration)).toEqual([
    '0.8 s',
    '42 s',
    '1 min 00 s',
    '3 min 05 s',
    '2 h 10 min',
  ]);
  expect([512, 1_536, 19_083_264].map(formatBytes)).toEqual(['512 B', '1.5 KiB', '18.2 MiB']);
});

it('formats values of any magnitude, absent ones too', () => {
  expect(formatValue('0.0123456789')).toBe('0.0123457');
  expect(formatValue('-13.25')).toBe('-13.25');
  expect(formatValue(null)).toBe('-');
  expect(formatValue('STRONG')).toBe('STRONG');
});
