import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { collectRecordedValues, type RecordedValue } from '../../helpers/recorded-values.ts';
import { PUBLISHED_VALUES, RECORDED_VALUES } from './known-values.ts';

const RECORDINGS = join(import.meta.dirname, '..', '..', '..', 'data', 'replay');

let recorded: Map<string, RecordedValue>;

beforeAll(async () => {
  const values = await collectRecordedValues();
  recorded = new Map(values.map((value) => [`${value.key} ${value.date} ${value.vertex}`, value]));
}, 60_000);

function find(key: string, date: string, vertex: string): RecordedValue | undefined {
  return recorded.get(`${key} ${date} ${vertex}`);
}

function countDecimals(text: string): number {
  return text.split('.')[1]?.length ?? 0;
}

describe('known historical values', () => {
  for (const [key, date, value, source, vertex = ''] of PUBLISHED_VALUES) {
    it(`${key} ${vertex} on ${date} is ${value} (${source})`, () => {
      expect(find(key, date, vertex)?.value.toFixed(countDecimals(value))).toBe(value);
    });
  }

  for (const [key, date, value, file, vertex = ''] of RECORDED_VALUES) {
    it(`${key} ${vertex} on ${date} is ${value} (${file})`, () => {
      expect(find(key, date, vertex)?.text).toBe(value);
      expect(existsSync(join(RECORDINGS, file)), file).toBe(true);
    });
  }

  it('are there for every series that is recorded', () => {
    const known = new Set([...PUBLISHED_VALUES, ...RECORDED_VALUES].map(([key]) => key));
    const keys = new Set([...recorded.values()].map(({ key }) => key));
    expect(keys.size).toBeGreaterThan(65);
    expect([...keys.difference(known)]).toEqual([]);
    expect([...known.difference(keys)]).toEqual([]);
  });
});
