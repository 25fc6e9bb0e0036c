import { describe, expect, it } from 'vitest';
import { countRequests, estimateRedisBytes } from '../../../services/api/estimate.ts';
import { createConnectors } from '../../../shared/connectors/registry.ts';
import { LOOK_BACK_DAYS } from '../../../shared/connectors/look-back.ts';
import { FRED_KEYS } from '../../../shared/connectors/fred/registry.ts';
import { INSTRUMENTS } from '../../../shared/connectors/yahoo/instruments.ts';
import { graph } from '../../../shared/pipeline/graph.ts';
import { PROVIDER_OF } from '../../../shared/pipeline/providers.ts';
import { addDays, listWeekdays } from '../../../shared/time.ts';

const now = Date.parse('2022-07-04T12:00:00Z');
const nothing: ReadonlySet<string> = new Set();

const count = (
  asset: Parameters<typeof countRequests>[0],
  spans: Parameters<typeof countRequests>[1],
  options: { begin?: string; covered?: ReadonlySet<string> } = {},
) => countRequests(asset, spans, { begin: spans[0]?.from ?? '', covered: nothing, now, ...options });

describe('countRequests', () => {
  it('asks once for a symbol, twice for a FRED series and thrice for one with vintages, whatever the range', () => {
    const spans = [{ from: '2021-01-04', to: '2022-06-24' }];
    const symbols = INSTRUMENTS.filter(({ disabled }) => disabled === undefined);
    expect(count('bronze_yahoo', spans)).toBe(symbols.length);
    const keys = FRED_KEYS.filter(({ disabled }) => disabled === undefined);
    const vintaged = keys.filter(({ vintageMode }) => vintageMode === 'alfred');
    expect(count('bronze_fred', spans)).toBe(2 * keys.length + vintaged.length);
  });

  it('asks for more sessions when the range is longer', () => {
    const oneYear = count('bronze_b3_market_data', [{ from: '2021-01-04', to: '2021-12-31' }]);
    const twoYears = count('bronze_b3_market_data', [{ from: '2020-01-02', to: '2021-12-31' }]);
    expect(twoYears).toBeGreaterThan(oneYear + 200);
  });

  it('asks once for what two spans share, and not for the years between them that no model reads', () => {
    const spans = [
      { from: '2012-01-02', to: '2012-01-31' },
      { from: '2020-01-02', to: '2020-01-31' },
    ];
    expect(count('bronze_yahoo', spans)).toBe(count('bronze_yahoo', spans.slice(0, 1)));
    const apart = count('bronze_b3_market_data', spans);
    const whole = count('bronze_b3_market_data', [{ from: '2012-01-02', to: '2020-01-31' }]);
    expect(apart).toBeLessThan(whole);
    // The models of the second span read five years before it, which nobody has fetched.
    const lookBack = listWeekdays(addDays('2020-01-02', -LOOK_BACK_DAYS), '2020-01-01').length;
    expect(apart).toBeGreaterThan(lookBack);
  });

  it('reaches back within the backfill for what the models read, but not for what was ever fetched of it', () => {
    const span = { from: '2020-01-02', to: '2020-01-31' };
    const begin = '2010-01-04';
    for (const asset of ['bronze_b3_market_data', 'bronze_treasury_gov'] as const) {
      const { keys, windows } = createConnectors({ fredApiKey: '' })[PROVIDER_OF[asset]];
      const covered = new Set(
        keys.flatMap((key) =>
          windows(key, { from: begin, to: span.to, mode: 'history', today: '2022-07-04' }).map(
            ({ id }) => `${key.key} ${id}`,
          ),
        ),
      );
      const alone = count(asset, [span]);
      expect(count(asset, [span], { begin })).toBeGreaterThan(alone);
      expect(count(asset, [span], { begin, covered })).toBe(alone);
    }
  });
});

describe('estimateRedisBytes', () => {
  const work = (tasks: number) =>
    graph.names.map((asset) => ({ asset, tasks, partitions: tasks, spans: [] }));

  it('grows with the work only up to the window and the ended jobs that queues keep', () => {
    const one = estimateRedisBytes(work(1), 4);
    expect(estimateRedisBytes(work(10), 4)).toBe(10 * one);
    expect(estimateRedisBytes(work(5_000), 4)).toBe(estimateRedisBytes(work(500_000), 4));
    expect(estimateRedisBytes([], 4)).toBe(0);
  });

  it('grows with the runs at once', () => {
    expect(estimateRedisBytes(work(5_000), 100)).toBeGreaterThan(estimateRedisBytes(work(5_000), 4));
  });
});
