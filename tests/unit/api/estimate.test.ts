import { describe, expect, it } from 'vitest';
import { countRequests } from '../../../services/api/estimate.ts';
import { FRED_KEYS } from '../../../shared/connectors/fred/registry.ts';
import { INSTRUMENTS } from '../../../shared/connectors/yahoo/instruments.ts';

const now = Date.parse('2022-07-04T12:00:00Z');
const range = { from: '2021-01-04', to: '2022-06-24' };

describe('countRequests', () => {
  it('asks once for a symbol, twice for a FRED series and thrice for one with vintages, whatever the range', () => {
    const symbols = INSTRUMENTS.filter(({ disabled }) => disabled === undefined);
    expect(countRequests({ asset: 'bronze_yahoo', ...range }, now)).toBe(symbols.length);
    const keys = FRED_KEYS.filter(({ disabled }) => disabled === undefined);
    const vintaged = keys.filter(({ vintageMode }) => vintageMode === 'alfred');
    expect(countRequests({ asset: 'bronze_fred', ...range }, now)).toBe(2 * keys.length + vintaged.length);
  });

  it('asks for more sessions when the range is longer', () => {
    const oneYear = countRequests(
      { asset: 'bronze_b3_market_data', from: '2021-01-04', to: '2021-12-31' },
      now,
    );
    const twoYears = countRequests(
      { asset: 'bronze_b3_market_data', from: '2020-01-02', to: '2021-12-31' },
      now,
    );
    expect(twoYears).toBeGreaterThan(oneYear + 200);
  });
});
