import { beforeAll, describe, expect, it } from 'vitest';
import {
  absolute,
  areBoundsDue,
  isInRange,
  isPlausibleJump,
  relative,
  within,
} from '../../../shared/connectors/bounds.ts';
import { listKeys, type RegisteredKey } from '../../../shared/connectors/registry.ts';
import { isRate, scaleOf } from '../../../shared/connectors/units.ts';
import { collectRecordedValues, type RecordedValue } from '../../helpers/recorded-values.ts';

const enabled = listKeys().filter(({ disabled }) => disabled === undefined);
const byKey = new Map(enabled.map((key) => [key.key, key]));

let recorded: RecordedValue[];
/** Values that the bounds speak about, by key and vertex, in the order of their dates. */
let series: Map<string, RecordedValue[]>;

function keyOf({ key }: RecordedValue): RegisteredKey {
  const found = byKey.get(key);
  if (found === undefined) throw new Error(`no key ${key}`);
  return found;
}

beforeAll(async () => {
  recorded = await collectRecordedValues();
  const due = recorded.filter((value) => areBoundsDue(keyOf(value), value.date, value.calendarDays));
  series = Map.groupBy(due, ({ key, vertex }) => `${key} ${vertex}`);
}, 60_000);

/** The last two values of each key; of a curve, those of each vertex. */
function listLastPairs(): { key: RegisteredKey; before: number; value: number }[] {
  return [...series.values()].flatMap((values) => {
    const [before, last] = values.slice(-2);
    return before === undefined || last === undefined
      ? []
      : [{ key: keyOf(last), before: before.value, value: last.value }];
  });
}

const isTaken = (key: RegisteredKey, before: number, value: number): boolean =>
  isInRange(key, value) && isPlausibleJump(key, before, value);

/** Keys whose last value, or of a curve every last value of a vertex, would be taken after an edit of it. */
function listBlind(edit: (value: number) => number): string[] {
  const pairs = listLastPairs();
  const seeing = pairs.filter(({ key, before, value }) => !isTaken(key, before, edit(value)));
  const blind = new Set(pairs.map(({ key }) => key.key)).difference(
    new Set(seeing.map(({ key }) => key.key)),
  );
  return [...blind].sort();
}

describe('bounds', () => {
  it('take the ends of a range, and measure a jump in the unit or against the value before', () => {
    const key = within(-1, 2, absolute(0.5));
    expect([-1, 2, -1.01, 2.01].map((value) => isInRange(key, value))).toEqual([true, true, false, false]);
    expect(isPlausibleJump(key, 1, 1.5)).toBe(true);
    expect(isPlausibleJump(key, 1, 1.51)).toBe(false);
    const share = within(-100, 100, relative(0.5));
    expect(isPlausibleJump(share, -10, -15)).toBe(true);
    expect(isPlausibleJump(share, -10, -4)).toBe(false);
    expect(isPlausibleJump(share, 0, 90)).toBe(true);
    expect(isInRange({}, 1e12) && isPlausibleJump({}, 0, 1e12)).toBe(true);
  });

  it('hold from a date and a length on', () => {
    const key = { boundsFrom: '1999-07-01', boundsFromDays: 30 };
    expect(areBoundsDue(key, '1999-07-01', 30)).toBe(true);
    expect(areBoundsDue(key, '1999-06-30', 30)).toBe(false);
    expect(areBoundsDue(key, '1999-07-01', 29)).toBe(false);
    expect(areBoundsDue(key, '1999-07-01')).toBe(true);
  });

  it('are stated for every key that is asked for', () => {
    const missing = enabled.filter(({ expectedRange, jumpBound }) => !expectedRange || !jumpBound);
    expect(missing.map(({ key }) => key)).toEqual([]);
    for (const { key, expectedRange: [min, max] = [0, 0], jumpBound, maxStaleness } of enabled) {
      expect(min, key).toBeLessThan(max);
      expect(jumpBound?.value, key).toBeGreaterThan(0);
      expect(Number.isInteger(maxStaleness) && maxStaleness > 0, key).toBe(true);
    }
  });

  it('let every recorded value since 1990 pass', () => {
    expect(recorded.length).toBeGreaterThan(290_000);
    expect(series.size).toBeGreaterThan(60);
    const refused: string[] = [];
    for (const values of series.values()) {
      for (const [i, current] of values.entries()) {
        const key = keyOf(current);
        const before = values[i - 1]?.value;
        const what = `${key.key} ${current.vertex} ${current.date} ${current.text}`;
        if (!isInRange(key, current.value)) refused.push(`range ${what}`);
        if (before !== undefined && !isPlausibleJump(key, before, current.value)) {
          refused.push(`jump ${what} after ${before}`);
        }
      }
    }
    expect(refused).toEqual([]);
  });

  it.each([
    // The activity index of Chicago was −0.12 of late and −18 in 2020; trimmed inflation was below 1 % of late and nearly
    // 10 % in 2021; claims rose thirtyfold in two weeks of 2020.
    [10, ['US_CFNAI', 'US_CPI_TRIMMED', 'US_INITIAL_CLAIMS']],
    [100, ['US_CFNAI']],
    [1000, []],
  ])('refuse a last value that is %i times too large', (factor, blind) => {
    expect(listBlind((value) => value * factor)).toEqual(blind);
  });

  it('refuse a whole history that is ten times too large', () => {
    const refused = [...series.values()].flatMap((values) =>
      values.filter((value) => !isInRange(keyOf(value), value.value * 10)).map(({ key }) => key),
    );
    const seen = new Set([...series.values()].flatMap(([value]) => (value ? [value.key] : [])));
    expect([...seen.difference(new Set(refused))]).toEqual([]);
  });

  it('refuse a level that is a thousand times too small', () => {
    const blind = listBlind((value) => value / 1000);
    const positive = blind.filter((key) => {
      const { unit, expectedRange: [min] = [0] } = byKey.get(key) ?? {};
      return unit !== undefined && !isRate(unit) && min > 0;
    });
    expect(positive).toEqual([]);
  });

  it('refuse a value with the wrong sign, but for series that cross zero in small steps', () => {
    expect(listBlind((value) => -value)).toEqual(['BR_IPCA_MOM', 'DDI', 'US_CFNAI', 'US_CPI_TRIMMED']);
  });

  it('refuse the level of the Dow Jones in every rate', () => {
    const rates = enabled.filter(({ unit }) => isRate(unit));
    expect(rates.length).toBeGreaterThan(90);
    expect(rates.filter((key) => isInRange(key, 44_910.65)).map(({ key }) => key)).toEqual([]);
    // SGS 7809 and 7810, once stored as interest rates after a division by 100.
    expect(rates.filter((key) => isInRange(key, 449.1)).map(({ key }) => key)).toEqual([]);
  });
});

describe('scale and revision', () => {
  it('follow from the unit and the way vintages are kept', () => {
    for (const { key, unit, scale } of listKeys()) expect(scale, key).toBe(scaleOf(unit));
    const scales = Object.fromEntries(enabled.map(({ key, scale }) => [key, scale]));
    expect(scales).toMatchObject({
      BR_IPCA_MOM: 0.01,
      BR_SELIC_DAILY: 0.01,
      BR_M1: 1e3,
      BR_MONETARY_BASE: 1e3,
      BR_CURRENT_ACCOUNT: 1e6,
      BR_GDP_12M_BRL: 1e6,
      US_NFP_TOTAL: 1e3,
      US_INITIAL_CLAIMS: 1,
      US_TGA: 1e6,
      US_ON_RRP: 1e9,
      SOYBEAN: 0.01,
      UST_NOM: 1,
      DI1: 1,
    });
    const final = listKeys().filter(({ vintageMode, revises }) => (vintageMode === 'alfred') !== revises);
    expect(final.filter(({ provider }) => provider === 'fred')).toEqual([]);
  });

  it('name what the agencies revise', () => {
    const revised = new Set(enabled.filter(({ revises }) => revises).map(({ key }) => key));
    for (const key of [
      'BR_GDP_QOQ',
      'BR_IBC_BR',
      'BR_CREDIT_GDP',
      'BR_PRIMARY_BALANCE',
      'BR_CURRENT_ACCOUNT',
    ]) {
      expect(revised.has(key), key).toBe(true);
    }
    for (const key of [
      'BR_CAGED_NET',
      'BR_RETAIL_CORE',
      'BR_INDUSTRIAL_PROD',
      'US_NFP_TOTAL',
      'US_CPI_ALL_SA',
      'EWZ',
    ]) {
      expect(revised.has(key), key).toBe(true);
    }
    for (const key of [
      'BR_IPCA_MOM',
      'BR_SELIC_TARGET',
      'US_CPI_ALL_NSA',
      'US_UST_10Y',
      'USDBRL_PTAX',
      'SP500',
    ]) {
      expect(revised.has(key), key).toBe(false);
    }
  });
});
