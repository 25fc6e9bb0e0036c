import { describe, expect, it } from 'vitest';
import {
  formatClock,
  formatDecimals,
  formatDuration,
  formatMoment,
  formatPercent,
  formatRange,
} from '../../../services/dashboard/web/src/format.ts';
import { formatChange, formatQuantity } from '../../../services/dashboard/web/src/quantity.ts';
import { formatMeasure, nameMeasure } from '../../../services/dashboard/web/src/data/curve-measures.ts';

describe('numbers on the pages', () => {
  it('have a hyphen for a minus, so that a spreadsheet takes them', () => {
    expect(formatDecimals(-1_234.567, 2)).toBe('-1,234.57');
    expect(formatQuantity(-0.42, 'pp')).toBe('-0.42 pp');
    expect(formatChange(-0.0912, 'score')).toBe('-0.09 score');
  });

  it('have no sign when they round to nothing', () => {
    expect(formatDecimals(-0.001, 2)).toBe('0.00');
    expect(formatChange(0.001, 'score')).toBe('0.00 score');
    expect(formatChange(0.009, 'score')).toBe('+0.01 score');
  });

  it('have the same decimals wherever a unit stands', () => {
    expect([0, 0.204, 1].map(formatPercent)).toEqual(['0.0%', '20.4%', '100.0%']);
    expect(formatQuantity('0.1364', 'decimal_per_year')).toBe('13.64% a year');
    expect(formatQuantity(-3, 'bps')).toBe('-3.0 bp');
    expect(formatQuantity('4.8712345', 'brl_per_usd')).toBe('4.8712 BRL per USD');
    expect(formatQuantity(null, 'percent')).toBe('–');
  });
});

describe('moments on the pages', () => {
  it('are ISO dates with the time of São Paulo, in its summers of old too', () => {
    expect(formatMoment('2026-11-26T02:30:00.000Z')).toBe('2026-11-25 23:30:00');
    expect(formatMoment('2015-01-15T12:00:00.000Z')).toBe('2015-01-15 10:00:00');
    expect(formatClock('2026-11-26T12:05:09.000Z')).toBe('09:05');
  });

  it('tell how long something took so that two of a minute can be told apart', () => {
    expect([42, 9_500, 60_000, 71_900, 3_599_000, 3_660_000].map(formatDuration)).toEqual([
      '42 ms',
      '9.5 s',
      '1 min 00 s',
      '1 min 11 s',
      '59 min 59 s',
      '1 h 01 min',
    ]);
    expect(formatDuration(null)).toBe('–');
  });

  it('name a range of one day by that day', () => {
    expect(formatRange({ from: '2022-06-01', to: '2022-06-24' })).toBe('2022-06-01 to 2022-06-24');
    expect(formatRange({ from: '2022-06-24', to: '2022-06-24' })).toBe('2022-06-24');
  });
});

describe('measures of a curve', () => {
  it('are basis points where rates are compared, and percent where they are levels', () => {
    expect(formatMeasure('slope', -0.0053, 'decimal')).toBe('-53.0 bp');
    expect(formatMeasure('butterfly', 0.00682, 'decimal')).toBe('68.2 bp');
    expect(formatMeasure('fwd_5y5y', 0.1288, 'decimal')).toBe('12.88%');
    expect(formatMeasure('carry_2y', -1.93, 'bps')).toBe('-1.9 bp');
  });

  it('say of which tenors they are made', () => {
    expect(nameMeasure('DI_PRE', 'slope')).toBe('slope (10Y less 1Y)');
    expect(nameMeasure('UST_NOM', 'slope')).toBe('slope (10Y less 2Y)');
    expect(nameMeasure('BR_BEI', 'bei_simple_10y')).toBe('breakeven simple 10y');
    expect(nameMeasure('DI_PRE', 'fwd_5y5y')).toBe('forward 5y5y');
  });
});
