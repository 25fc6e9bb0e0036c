import { describe, expect, it } from 'vitest';
import { judgePartition, type KeyEvidence } from '../../../services/bronze/outcomes.ts';
import type { Provider } from '../../../shared/connectors/connector.ts';
import { listKeys } from '../../../shared/connectors/registry.ts';
import { listWeekdays, type Day } from '../../../shared/time.ts';

/** What is known of a mandatory key: stored dates, and by default that everything could be fetched. */
function buildEvidence(
  provider: Provider,
  code: string,
  stored: readonly Day[],
  overrides: Partial<KeyEvidence> = {},
): KeyEvidence {
  const key = listKeys().find((one) => one.provider === provider && one.code === code && one.mandatory);
  if (key === undefined) throw new Error(`no mandatory key ${provider} ${code}`);
  return {
    key,
    stored: new Set(stored),
    isUnrecorded: () => false,
    failure: null,
    failedWindows: [],
    held: new Map(),
    ...overrides,
  };
}

const WEEKDAYS = listWeekdays('2021-01-01', '2021-12-31');

describe('judgePartition', () => {
  it('fails a session day whose mandatory key brought nothing, and names key and date', () => {
    const outcome = judgePartition([buildEvidence('yahoo', '^GSPC', [])], '2021-06-15', 0);
    expect(outcome).toMatchObject({ partition: '2021-06-15', state: 'failed' });
    expect(outcome.state === 'failed' && outcome.reason).toBe(
      'SP500 (^GSPC): expected a value of 2021-06-15, got none',
    );
  });

  it('fails when one of several mandatory keys failed, however much the others brought', () => {
    const outcome = judgePartition(
      [
        buildEvidence('fred', 'DFF', WEEKDAYS),
        buildEvidence('fred', 'DGS2', WEEKDAYS),
        buildEvidence('fred', 'DGS10', [], { failure: 'FRED does not accept the API key' }),
      ],
      '2021-06-15',
      5_000,
    );
    expect(outcome.state === 'failed' && outcome.reason).toBe(
      'US_UST_10Y (DGS10): FRED does not accept the API key',
    );
  });

  it('fails every session of an empty database and passes none', () => {
    const states = WEEKDAYS.map(
      (day) => judgePartition([buildEvidence('treasury', 'daily_treasury_yield_curve', [])], day, 0).state,
    );
    expect(states.filter((state) => state === 'fresh')).toEqual([]);
    expect(states.filter((state) => state === 'failed')).toHaveLength(251);
  });

  it('expects nothing on a holiday of the provider, and something there of another country’s', () => {
    const christmas = '2020-12-25';
    expect(judgePartition([buildEvidence('yahoo', '^GSPC', [])], christmas, 0)).toEqual({
      partition: christmas,
      state: 'no_data_expected',
      reason: 'holiday',
    });
    const carnival = '2021-02-16';
    expect(judgePartition([buildEvidence('bcb_ptax', 'USD', [])], carnival, 0).state).toBe(
      'no_data_expected',
    );
    expect(judgePartition([buildEvidence('yahoo', '^GSPC', [])], carnival, 0).state).toBe('failed');
  });

  it('expects nothing that the replay has not recorded', () => {
    const evidence = buildEvidence('b3', 'DI1', [], { isUnrecorded: () => true });
    expect(judgePartition([evidence], '2021-06-15', 0)).toEqual({
      partition: '2021-06-15',
      state: 'no_data_expected',
      reason: 'not_recorded',
    });
  });
});
