import { describe, expect, it } from 'vitest';
import { CHECK_NAMES, CHECKS } from '../../../shared/checks/catalog.ts';
import { RECONCILIATIONS } from '../../../shared/checks/reconciliations.ts';
import { addDays } from '../../../shared/time.ts';
import { listKeys } from '../../../shared/connectors/registry.ts';
import { ALL, candidateOf, check, findResult, keyOf, observe, vertexOf } from './candidates.ts';

const LINEAGE = { vintageAt: null, releaseTime: null, releaseBasis: 'lag_rule' } as const;
const NO_BOUNDS = { expectedRange: [-1e9, 1e9], jumpBound: { kind: 'absolute', value: 1e9 } } as const;

function bar(date: string, close: string, fields: { high?: string; low?: string; currency?: string } = {}) {
  const { high = close, low = close, currency = 'USX' } = fields;
  return candidateOf({
    table: 'bars',
    key: 'SOYBEAN',
    date,
    open: close,
    high,
    low,
    close,
    adjustedClose: close,
    volume: '1',
    currency,
    ...LINEAGE,
  });
}

describe('range', () => {
  const ipca = keyOf('BR_IPCA_MOM', { expectedRange: [-3, 5], jumpBound: NO_BOUNDS.jumpBound });
  const good = observe('BR_IPCA_MOM', '2024-01-01', '0.42');
  const bad = observe('BR_IPCA_MOM', '2024-02-01', '83');

  it('holds the value outside and nothing else', () => {
    const checked = check(ipca, [good, bad]);
    expect(checked.held.map(({ candidate, check: name }) => [candidate.row.date, name])).toEqual([
      ['2024-02-01', 'range'],
    ]);
    expect(checked.held[0]?.reason).toBe('range: 83, expected -3 … 5 percent_per_month');
    expect(findResult(checked, 'range')).toEqual({ status: 'failed', dates: ['2024-02-01'] });
    expect(findResult(checked, 'schema')).toEqual({ status: 'passed', dates: [] });
  });

  it('takes what somebody decided to take, on those dates and for that check only', () => {
    const override = { key: 'BR_IPCA_MOM', check: 'range', from: '2024-02-01', to: '2024-02-01' };
    const taken = check(ipca, [good, bad], { overrides: [override] });
    expect(taken.held).toEqual([]);
    expect(findResult(taken, 'range')).toEqual({ status: 'overridden', dates: ['2024-02-01'] });
    for (const other of [
      { ...override, check: 'jump' },
      { ...override, key: 'BR_IPCA_YOY' },
      { ...override, to: '2024-01-31', from: '2024-01-01' },
    ]) {
      expect(check(ipca, [good, bad], { overrides: [other] }).held).toHaveLength(1);
    }
  });

  it.each([
    ['DOC', 'CUPOM_CAMBIAL', 1, '9.7988', true],
    ['DOC', 'CUPOM_CAMBIAL', 1, '-1.7439', true],
    ['DOC', 'CUPOM_CAMBIAL', 7, '0.6627', false],
    ['DOC', 'CUPOM_CAMBIAL', 30, '-0.12', true],
    ['DOC', 'CUPOM_CAMBIAL', 30, '0.02', false],
    ['DIC', 'DI_IPCA', 365, '-0.02', false],
    ['DIC', 'DI_IPCA', 365, '-0.51', true],
    ['PRE', 'DI_PRE', 365, '0', true],
    ['PRE', 'DI_PRE', 365, '13.65', true],
    ['DDI', 'CUPOM_CAMBIAL', 28, '-0.1131', false],
    ['UST_NOM', 'UST_NOM', 3650, '4.5', true],
    ['UST_NOM', 'UST_NOM', 3650, '0.045', false],
  ] as const)('%s at %s, %i days: %s', (key, curveId, calendarDays, rate, isHeld) => {
    const vertex = vertexOf({ key, curveId, date: '2021-01-04', calendarDays, businessDays: 1, rate });
    const { status } = findResult(check(keyOf(key), [vertex]), 'range') ?? {};
    expect(status).toBe(isHeld ? 'failed' : 'passed');
  });
});

describe('jump', () => {
  const key = keyOf('BR_PTAX_SELL', { jumpBound: { kind: 'relative', value: 0.1 }, expectedRange: [0, 1e6] });
  const series = (...values: string[]) =>
    values.map((value, index) =>
      observe('BR_PTAX_SELL', `2024-03-${String(4 + index).padStart(2, '0')}`, value),
    );

  it('blames the single bad value and not the return from it', () => {
    const checked = check(key, series('4.95', '49.6', '4.97'));
    expect(findResult(checked, 'jump')).toEqual({ status: 'failed', dates: ['2024-03-05'] });
    expect(checked.held).toHaveLength(1);
  });

  it('holds a level that moved away until somebody takes its first day', () => {
    const moved = series('4.95', '4950', '4960', '4970');
    expect(check(key, moved).held).toHaveLength(3);
    const override = { key: key.key, check: 'jump', from: '2024-03-05', to: '2024-03-05' };
    expect(check(key, moved, { overrides: [override] }).held).toEqual([]);
  });

  it('compares with the stored value before the first', () => {
    const [stored, ...rest] = series('4.95', '9.90');
    const checked = check(key, rest, {
      neighbours: stored === undefined ? [] : [{ ...stored, seenAt: -Infinity }],
    });
    expect(findResult(checked, 'jump')).toEqual({ status: 'failed', dates: ['2024-03-05'] });
    expect(check(key, rest).held).toEqual([]);
  });

  it('expects nothing after a hole, and no value that another check holds is compared with', () => {
    const later = observe('BR_PTAX_SELL', '2024-05-02', '9.90');
    expect(check(key, [...series('4.95'), later]).held).toEqual([]);
    const ranged = { ...key, expectedRange: [0, 20] as const };
    expect(
      check(ranged, series('4950', '4.95', '4.97')).held.map(({ candidate }) => candidate.row.date),
    ).toEqual(['2024-03-04']);
  });

  it('compares a vintage with what was known when it was made', () => {
    const payrolls = keyOf('US_NFP_TOTAL', {
      jumpBound: { kind: 'absolute', value: 5 },
      expectedRange: [0, 1e6],
    });
    const [first, second] = [Date.parse('2024-03-08'), Date.parse('2024-04-05')];
    const rebased = [
      observe(payrolls.key, '2024-01-01', '100', first),
      observe(payrolls.key, '2024-02-01', '101', first),
      observe(payrolls.key, '2024-01-01', '200', second),
      observe(payrolls.key, '2024-02-01', '202', second),
    ];
    expect(findResult(check(payrolls, rebased), 'jump')).toEqual({ status: 'passed', dates: [] });
    const slipped = [...rebased.slice(0, 3), observe(payrolls.key, '2024-02-01', '102', second)];
    expect(findResult(check(payrolls, slipped), 'jump')).toEqual({ status: 'failed', dates: ['2024-02-01'] });
  });
});

describe('shape, time and unit', () => {
  const soy = keyOf('SOYBEAN', NO_BOUNDS);

  it('holds bars whose high is below the low, or that are in another currency', () => {
    const bars = [
      bar('2024-03-04', '1150', { high: '1160', low: '1140' }),
      bar('2024-03-05', '1151', { high: '1140', low: '1160' }),
      bar('2024-03-06', '11.52', { currency: 'USD' }),
    ];
    expect(check(soy, bars).held.map(({ candidate, check: name }) => [candidate.row.date, name])).toEqual([
      ['2024-03-05', 'schema'],
      ['2024-03-06', 'unit'],
    ]);
  });

  it('takes none of two values that one answer gives to one thing, and both of two answers', () => {
    const [one, other] = [bar('2024-03-04', '1150'), bar('2024-03-04', '1151')];
    expect(check(soy, [one, other]).held.map(({ check: name }) => name)).toEqual([
      'duplicates',
      'duplicates',
    ]);
    expect(check(soy, [one, { ...other, payloadId: 2 }]).held).toEqual([]);
    expect(check(soy, [one, { ...one }]).held).toEqual([]);
  });

  it('holds dates after the fetch, but not those of a projection', () => {
    const asked = { ...ALL, at: Date.parse('2024-03-04T12:00:00Z') };
    const future = [observe('BR_IPCA_MOM', '2024-03-05', '0.4')];
    expect(check(keyOf('BR_IPCA_MOM'), future, { asked }).held[0]?.check).toBe('future');
    const projection = { ...keyOf('BR_IPCA_MOM'), isProjection: true };
    expect(check(projection, future, { asked }).held).toEqual([]);
  });

  it('holds vintages before their period or after their fetch', () => {
    const key = keyOf('US_NFP_TOTAL', NO_BOUNDS);
    const early = observe(key.key, '2024-02-01', '1', Date.parse('2024-01-31T00:00:00Z'));
    const late = observe(key.key, '2024-03-01', '1', ALL.at + 1);
    const good = observe(key.key, '2024-04-01', '1', Date.parse('2024-05-03T00:00:00Z'));
    expect(
      check(key, [early, late, good]).held.map(({ candidate, check: name }) => [candidate.row.date, name]),
    ).toEqual([
      ['2024-02-01', 'vintages'],
      ['2024-03-01', 'vintages'],
    ]);
  });
});

describe('curves', () => {
  const points = Array.from({ length: 12 }, (_, index) =>
    vertexOf({
      key: 'DI1',
      curveId: 'DI_PRE',
      date: '2021-01-04',
      calendarDays: 30 * (index + 1),
      businessDays: 21 * (index + 1),
    }),
  );

  it('holds what is left of a curve', () => {
    expect(check(keyOf('DI1'), points).held).toEqual([]);
    const left = check(keyOf('DI1'), points.slice(0, 5));
    expect(left.held.map(({ check: name }) => name)).toEqual(Array(5).fill('vertices'));
  });

  it('holds a vertex whose business days fall', () => {
    const wrong = vertexOf({
      key: 'DI1',
      curveId: 'DI_PRE',
      date: '2021-01-04',
      calendarDays: 200,
      businessDays: 40,
    });
    expect(check(keyOf('DI1'), [...points, wrong]).held.map(({ candidate }) => candidate)).toEqual([wrong]);
  });
});

describe('count and staleness', () => {
  const key = keyOf('BR_PTAX_SELL', { ...NO_BOUNDS, maxStaleness: 3 });
  const days = ['2024-02-08', '2024-02-09', '2024-02-14', '2024-02-16'];
  const rows = days.map((day) => observe(key.key, day, '5'));

  it('names the sessions without a row, holidays aside', () => {
    // Carnival is on the 12th and 13th; the 15th is missing.
    expect(findResult(check(key, rows), 'count')).toEqual({ status: 'failed', dates: ['2024-02-15'] });
    expect(check(key, rows).held).toEqual([]);
  });

  it('expects nothing that was not asked for', () => {
    const asked = { ...ALL, covers: (date: string) => date !== '2024-02-15' };
    expect(findResult(check(key, rows, { asked }), 'count')).toEqual({ status: 'passed', dates: [] });
  });

  it('counts sessions since the release that is due', () => {
    const askedOn = (day: string) => ({ ...ALL, at: Date.parse(`${day}T12:00:00Z`), to: addDays(day, 1) });
    // The value of Monday 19 is due that evening: three sessions later is Thursday 22.
    const fresh = check(key, rows, { asked: askedOn('2024-02-22') });
    expect(findResult(fresh, 'staleness')).toEqual({ status: 'passed', dates: [] });
    const stale = check(key, rows, { asked: askedOn('2024-02-23') });
    expect(findResult(stale, 'staleness')).toEqual({ status: 'failed', dates: ['2024-02-19'] });
  });
});

describe('reconciliations', () => {
  it('hold the annualised rate that does not follow from the daily one', () => {
    const key = keyOf('BR_SELIC_ANNUAL', NO_BOUNDS);
    const counterparts = new Map([
      [
        'BR_SELIC_DAILY value',
        new Map([
          ['2024-11-08', 0.041957],
          ['2024-11-11', 0.041957],
        ]),
      ],
    ]);
    const rows = [observe(key.key, '2024-11-08', '11.15'), observe(key.key, '2024-11-11', '11.25')];
    const checked = check(key, rows, { counterparts });
    expect(checked.held.map(({ candidate, check: name }) => [candidate.row.date, name])).toEqual([
      ['2024-11-11', 'annualised_rate'],
    ]);
    expect(checked.held[0]?.reason).toContain(
      'BR_SELIC_ANNUAL 11.25, expected 11.149890 from BR_SELIC_DAILY',
    );
  });

  it('report the source beside the derived side and hold nothing of it', () => {
    const key = keyOf('BR_SELIC_DAILY', NO_BOUNDS);
    const counterparts = new Map([['BR_SELIC_ANNUAL value', new Map([['2024-11-11', 11.25]])]]);
    const checked = check(key, [observe(key.key, '2024-11-11', '0.041957')], { counterparts });
    expect(findResult(checked, 'annualised_rate')).toEqual({ status: 'failed', dates: ['2024-11-11'] });
    expect(checked.held).toEqual([]);
  });

  it('only warn when two providers differ, in the fifth digit of a fixing', () => {
    const key = keyOf('BR_PTAX_SELL', NO_BOUNDS);
    const counterparts = new Map([
      [
        'USDBRL_PTAX ask',
        new Map([
          ['2024-12-30', 6.1991],
          ['2024-12-31', 6.1923],
        ]),
      ],
    ]);
    const rows = [observe(key.key, '2024-12-30', '6.1991'), observe(key.key, '2024-12-31', '6.1924')];
    const checked = check(key, rows, { counterparts });
    expect(findResult(checked, 'ptax_fixing')).toEqual({ status: 'failed', dates: ['2024-12-31'] });
    expect(checked.held).toEqual([]);
  });

  it('name registered keys, each check one that exists', () => {
    const keys = new Set(listKeys().map(({ key }) => key));
    const unknown = RECONCILIATIONS.flatMap(({ source, derived }) => [source.key, derived.key]).filter(
      (key) => !keys.has(key),
    );
    expect(unknown).toEqual([]);
  });

  it('never block between two providers', () => {
    const providers = new Map(listKeys().map(({ key, provider }) => [key, provider]));
    for (const pair of RECONCILIATIONS) {
      const isOne = providers.get(pair.source.key) === providers.get(pair.derived.key);
      expect(CHECKS[pair.check].severity, pair.check).toBe(isOne ? 'block' : 'warn');
    }
  });
});

describe('outlier', () => {
  it('warns about a change that no other day comes near', () => {
    const key = keyOf('BR_PTAX_SELL', NO_BOUNDS);
    const rows = Array.from({ length: 80 }, (_, index) =>
      observe(key.key, addDays('2024-03-01', index), index === 70 ? '8' : (5 + (index % 2) / 100).toFixed(2)),
    );
    const checked = check(key, rows);
    expect(findResult(checked, 'outlier')).toEqual({
      status: 'failed',
      dates: [addDays('2024-03-01', 70), addDays('2024-03-01', 71)],
    });
    expect(checked.held).toEqual([]);
  });
});

describe('revision', () => {
  const bound = { jumpBound: { kind: 'relative', value: 0.5 }, expectedRange: [0, 1e6] } as const;

  it('warns when a whole history comes in another unit, which no neighbour tells', () => {
    const key = keyOf('BR_CREDIT_GDP', bound);
    const rows = ['2024-01-01', '2024-02-01'].map((date) => observe(key.key, date, '5560'));
    const stored = new Map([['2024-01-01', 55.6]]);
    const checked = check(key, rows, { stored });
    expect(findResult(checked, 'revision')).toEqual({ status: 'failed', dates: ['2024-01-01'] });
    expect(findResult(checked, 'jump')).toEqual({ status: 'passed', dates: [] });
    expect(checked.held).toEqual([]);
  });

  it('compares a vintage with the one before it, and not with what is stored', () => {
    const key = keyOf('US_NFP_TOTAL', bound);
    const rows = [
      observe(key.key, '2024-01-01', '100', Date.parse('2024-02-02')),
      observe(key.key, '2024-01-01', '101', Date.parse('2024-03-08')),
      observe(key.key, '2024-01-01', '202', Date.parse('2024-04-05')),
    ];
    const result = findResult(
      check(key, rows.slice(0, 2), { stored: new Map([['2024-01-01', 1]]) }),
      'revision',
    );
    expect(result).toEqual({ status: 'passed', dates: [] });
    expect(findResult(check(key, rows), 'revision')).toEqual({ status: 'failed', dates: ['2024-01-01'] });
  });
});

it('runs every check of the catalog, blocking ones first', () => {
  const severities = CHECK_NAMES.map((name) => CHECKS[name].severity);
  expect(severities).toEqual([...severities].sort());
  expect(CHECK_NAMES).toHaveLength(18);
});
