import { describe, expect, it } from 'vitest';
import { datesOf, parseInputs } from '../../../shared/silver/inputs.ts';

describe('datesOf', () => {
  it('gives the days of a month, a quarter, a year and a date', () => {
    expect(datesOf('2024-02')).toEqual({ from: '2024-02-01', to: '2024-02-29' });
    expect(datesOf('2021-Q4')).toEqual({ from: '2021-10-01', to: '2021-12-31' });
    expect(datesOf('2021')).toEqual({ from: '2021-01-01', to: '2021-12-31' });
    expect(datesOf('2021-01-04')).toEqual({ from: '2021-01-04', to: '2021-01-04' });
    expect(datesOf('36 vertices')).toBeNull();
  });
});

describe('parseInputs', () => {
  it('reads periods of series, and silver values that were read', () => {
    expect(parseInputs('BR_IPCA_MOM[2021-01…2021-12] r0; BR_IPCA_MOM:yoy[2026-01] r2')).toEqual([
      { key: 'BR_IPCA_MOM', transform: null, from: '2021-01-01', to: '2021-12-31', vertex: null },
      { key: 'BR_IPCA_MOM', transform: 'yoy', from: '2026-01-01', to: '2026-01-31', vertex: null },
    ]);
  });

  it('reads one vertex of a curve, or all of them', () => {
    expect(
      parseInputs('DI1[2021-01-04] DI1G21 r0, DAP[2021-01-04] 13 vertices r0, UST_NOM[2021-01-04] 10Y r0'),
    ).toEqual([
      { key: 'DI1', transform: null, from: '2021-01-04', to: '2021-01-04', vertex: 'DI1G21' },
      { key: 'DAP', transform: null, from: '2021-01-04', to: '2021-01-04', vertex: null },
      { key: 'UST_NOM', transform: null, from: '2021-01-04', to: '2021-01-04', vertex: '10Y' },
    ]);
  });

  it('finds nothing in a row without inputs', () => {
    expect(parseInputs('')).toEqual([]);
  });
});
