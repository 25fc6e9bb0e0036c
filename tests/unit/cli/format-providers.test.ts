import { describe, expect, it } from 'vitest';
import { formatProbeTable, formatProviderTable } from '../../../infra/cli/format-providers.ts';

const stats = { requests: 1_200, failures: 3, throttled: 1, p50Ms: 90, p95Ms: 1_500 };

describe('the table of providers', () => {
  it('has a line per provider, with what is wrong at the end', () => {
    const lines = formatProviderTable([
      {
        provider: 'b3',
        state: 'degraded',
        circuit: 'closed',
        budgets: [
          { configuredRate: 2, currentRate: 1, pausedUntil: null },
          { configuredRate: 1, currentRate: 1, pausedUntil: '2022-07-01T15:00:00.000Z' },
        ],
        lastDay: stats,
        lastSuccessAt: '2022-07-01T14:59:00.000Z',
        lastFailure: { at: '2022-07-01T14:00:00.000Z', status: 503, error: null },
        failingKeys: [{ key: 'DI1' }],
      },
      {
        provider: 'fred',
        state: 'unknown',
        circuit: null,
        budgets: null,
        lastDay: { ...stats, requests: 0, failures: 0, throttled: 0, p95Ms: null },
        lastSuccessAt: null,
        lastFailure: null,
        failingKeys: [],
      },
    ]);
    expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
      ['provider', 'state', 'circuit', 'rate', '24 h', 'failed', '429', 'p95', 'last success', 'trouble'],
      expect.anything(),
      [
        'b3',
        'degraded',
        'closed',
        '1/2 paused',
        '1,200',
        '3',
        '1',
        '1,500 ms',
        '2022-07-01 14:59',
        expect.stringMatching(/^DI1; 2022/),
      ],
      ['fred', 'unknown', '-', '-', '0', '0', '0', '-', '-', '-'],
    ]);
  });
});

describe('the table of a probe', () => {
  it('lists the findings below it', () => {
    const lines = formatProbeTable([
      {
        provider: 'treasury',
        key: 'UST_NOM',
        partition: '2022-06-24',
        verdict: 'drift',
        requests: 1,
        status: 200,
        latencyMs: 12,
        rows: 0,
        rejected: 0,
        lastDate: null,
        expectedDate: '2022-06-24',
        findings: ['schema: no column Date'],
      },
    ]);
    expect(lines[2]?.split(/ {2,}/)).toEqual([
      'treasury',
      'drift',
      'UST_NOM',
      '200',
      '12 ms',
      '0',
      '0',
      '-',
      '2022-06-24',
    ]);
    expect(lines.slice(3)).toEqual(['', 'treasury: schema: no column Date']);
  });
});
