import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cursorOf, encodeCursor, toPage } from '../../../shared/contract/cursor.ts';
import { readRedisInfo } from '../../../services/api/health.ts';
import { isSecret } from '../../../shared/secret.ts';

const schema = cursorOf(z.tuple([z.string(), z.int()]));

describe('cursors', () => {
  it('come back as the place they were made from', () => {
    expect(schema.parse(encodeCursor(['2022-06-24', 3]))).toEqual(['2022-06-24', 3]);
  });

  it.each(['', 'x', encodeCursor([]), encodeCursor([3, 'a']), encodeCursor(['a', 1.5])])(
    'refuse %j',
    (text) => {
      expect(schema.safeParse(text).success).toBe(false);
    },
  );

  it('stand behind a page only when there are more rows', () => {
    const page = (rows: number[]) => toPage(rows, 2, String, (row) => [row]);
    expect(page([1, 2, 3])).toEqual({ data: ['1', '2'], nextCursor: encodeCursor([2]) });
    expect(page([1, 2])).toEqual({ data: ['1', '2'], nextCursor: null });
    expect(page([])).toEqual({ data: [], nextCursor: null });
  });
});

describe('readRedisInfo', () => {
  it('finds one number of the text', () => {
    const info = '# Memory\r\nused_memory:1024\r\nused_memory_human:1K\r\nused_memory_peak:2048\r\n';
    expect(readRedisInfo(info, 'used_memory')).toBe(1024);
    expect(readRedisInfo(info, 'used_memory_peak')).toBe(2048);
    expect(readRedisInfo(info, 'maxmemory')).toBeNull();
  });
});

describe('isSecret', () => {
  it('knows only whole secrets', () => {
    expect(isSecret('two', ['one', 'two'])).toBe(true);
    for (const text of ['', 'on', 'one,two', 'ONE']) expect(isSecret(text, ['one', 'two'])).toBe(false);
    expect(isSecret('', [])).toBe(false);
  });
});
