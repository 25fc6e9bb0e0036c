import { expect, it } from 'vitest';

import {
  countWeekdays,
  formatFigures,
  formatPartitionTable,
  formatSignalTable,
  isComplete,
} from '../../../infra/cli/format-report.ts';
import { TABLE_WIDTH } from '../../../infra/cli/format-table.ts';

const b3 = {
  asset: 'bronze_b3_market_data',
  degraded: 0,
  failed: 0,
  fresh: 77,
  missing: 0,
  noDataExpected: { holiday: 14, not_recorded: 294 },
};

it('counts weekdays with both ends', () => {
  expect(countWeekdays('2021-01-04', '2022-06-24')).toBe(385);
  expect(countWeekdays('2022-06-25', '2022-06-26')).toBe(0);
});

it('calls a range complete when every partition of every asset is materialized', () => {
  expect(isComplete([b3], 385)).toBe(true);
  expect(isComplete([b3], 386)).toBe(false);
  expect(isComplete([b3, { ...b3, fresh: 76, missing: 1 }], 385)).toBe(false);
  expect(isComplete([{ ...b3, fresh: 76, failed: 1 }], 385)).toBe(false);
  expect(isComplete([], 385)).toBe(false);
});

it('shows the states of each asset, an unknown reason included', () => {
  const lines = formatPartitionTable([b3, { ...b3, asset: 'x', noDataExpected: { strike: 308 } }]);
  expect(lines).toEqual([
    'asset                  fresh  holiday  not released  not recorded  strike  failed  missing  degraded',
    '---------------------  -----  -------  ------------  ------------  ------  ------  -------  --------',
    'bronze_b3_market_data     77       14             0           294       0       0        0         0',
    'x                         77        0             0             0     308       0        0         0',
  ]);
});

it('shows signals within the width, with the reason of a missing one', () => {
  const lines = formatSignalTable([
    {
      agent: 'agent_inflation',
      partition: '2022-06-24',
      confidence: 0.84,
      direction: 'LONG',
      reason: null,
      signalId: 'INFLATION_PHILLIPS',
      status: 'OK',
      strength: 'WEAK',
      unit: 'percent',
      value: 7.123456,
    },
    {
      agent: 'agent_fiscal',
      partition: '2022-06-24',
      confidence: 0,
      direction: 'NEUTRAL',
      reason:
        'SGS 5793 has no observations, and neither has any of the series that could stand in for it before 2001',
      signalId: 'FISCAL_PRIMARY_BALANCE',
      status: 'INSUFFICIENT_DATA',
      strength: 'NO_SIGNAL',
      unit: 'percent_of_gdp',
      value: null,
    },
  ]);
  expect(lines[2]).toBe('inflation  INFLATION_PHILLIPS      LONG            WEAK   0.84  7.1235 percent  OK');
  expect(lines[3]).toMatch(/^fiscal .*INSUFFICIENT_DATA$/);
  expect(lines.slice(4)).toEqual([
    '',
    expect.stringMatching(/^ {2}FISCAL_PRIMARY_BALANCE: SGS 5793 /),
    expect.stringMatching(/^ {4}.*before 2001$/),
  ]);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(TABLE_WIDTH);
});

it('sums up the job', () => {
  const figures = {
    durationMs: 49_000,
    materializations: 5_390,
    redisPeakBytes: 19_083_264,
    requests: { fred: 39, bcb_sgs: 16 },
  };
  expect(formatFigures(figures)).toEqual([
    'requests per provider   bcb_sgs 16, fred 39 (55 in all)',
    'wall time               49 s for 5,390 materializations (110 per s)',
    'Redis memory, peak      18.2 MiB',
  ]);
});
