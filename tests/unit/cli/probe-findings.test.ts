import { describe, expect, it } from 'vitest';
import { findExpectedDate, listFindings } from '../../../infra/cli/probe-findings.ts';
import type { BronzeRow, KeyDefinition, RejectedRow } from '../../../shared/connectors/connector.ts';
import { listKeys } from '../../../shared/connectors/registry.ts';
import { cutoffOf } from '../../../shared/time.ts';

function findKey(name: string): KeyDefinition {
  const found = listKeys().find(({ key }) => key === name);
  if (found === undefined) throw new Error(`no key ${name}`);
  return found;
}

const SELIC = findKey('BR_SELIC_TARGET');
const lineage = { vintageAt: null, releaseTime: null, releaseBasis: 'lag_rule' } as const;
const observe = (key: KeyDefinition, date: string, value: string): BronzeRow => ({
  table: 'observations',
  key: key.key,
  date,
  value,
  ...lineage,
});
const AS_OF = cutoffOf('2022-06-24');

describe('the date that is expected', () => {
  it('is the last session whose release is due', () => {
    expect(findExpectedDate(findKey('USDBRL_PTAX'), '2022-06-24', AS_OF)).toBe('2022-06-24');
    expect(findExpectedDate(findKey('US_UST_10Y'), '2022-06-24', AS_OF)).toBe('2022-06-23');
    expect(findExpectedDate(findKey('DI1'), '2022-06-16', cutoffOf('2022-06-16')), 'Corpus Christi').toBe(
      '2022-06-15',
    );
  });
});

describe('findings', () => {
  const good = [observe(SELIC, '2022-06-23', '13.25'), observe(SELIC, '2022-06-24', '13.25')];

  it('are none for what is expected', () => {
    expect(listFindings(SELIC, { rows: good, rejected: [] }, '2022-06-24', AS_OF)).toEqual([]);
  });

  it('tell of values in another unit', () => {
    const key = { ...SELIC, expectedRange: [0, 50] as const };
    const rows = [...good, observe(key, '2022-06-22', '1325')];
    expect(listFindings(key, { rows, rejected: [] }, '2022-06-24', AS_OF)).toEqual([
      `range: 1 of 3 values outside 0…50 ${SELIC.unit}, first 1325 of 2022-06-22`,
      'jump: 1325 to 13.25 on 2022-06-23, more than 3.5',
    ]);
  });

  it('tell of a curve in percent where fractions are stored', () => {
    const curve = { ...findKey('UST_NOM') };
    const point: BronzeRow = {
      table: 'curve_points',
      key: curve.key,
      curveId: 'UST_NOM',
      date: '2022-06-24',
      vertex: '10Y',
      maturity: null,
      calendarDays: 3_650,
      businessDays: null,
      rate: '3.13',
      price: null,
      rateKind: 'par',
      ...lineage,
    };
    const parsed = { rows: [point], rejected: [] };
    expect(listFindings(curve, parsed, '2022-06-24', AS_OF)).toHaveLength(1);
    const fraction = { rows: [{ ...point, rate: '0.0313' }], rejected: [] };
    expect(listFindings(curve, fraction, '2022-06-24', AS_OF)).toEqual([]);
  });

  it('tell of a jump over the bound of the key', () => {
    const key: KeyDefinition = { ...SELIC, jumpBound: { kind: 'absolute', value: 2 } };
    const rows = [observe(key, '2022-06-24', '16'), observe(key, '2022-06-23', '13.25')];
    expect(listFindings(key, { rows, rejected: [] }, '2022-06-24', AS_OF)).toEqual([
      'jump: 13.25 to 16 on 2022-06-24, more than 2',
    ]);
  });

  it('tell of rejected rows when they are many, and of no rows at all', () => {
    const rejected: RejectedRow[] = [{ key: SELIC.key, date: null, reason: 'unknown date', raw: '' }];
    expect(listFindings(SELIC, { rows: good, rejected }, '2022-06-24', AS_OF)).toEqual([
      'rejected: 1 of 3 rows, first: unknown date',
    ]);
    expect(listFindings(SELIC, { rows: [], rejected: [] }, '2022-06-24', AS_OF)).toEqual([
      'late: expected 2022-06-24 by 2022-06-27T09:00:00.000Z, last is none',
    ]);
  });
});
