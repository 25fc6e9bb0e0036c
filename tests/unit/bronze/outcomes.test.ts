import { describe, expect, it } from 'vitest';
import { explainAbsence, judgePartition, type KeyEvidence } from '../../../services/bronze/outcomes.ts';
import { listKeys } from '../../../shared/connectors/registry.ts';

const ptax = listKeys().find(({ key }) => key === 'USDBRL_PTAX')!;

/** A Friday and the Corpus Christi Thursday before it, a holiday in Brazil. */
const FRIDAY = '2022-06-17';
const HOLIDAY = '2022-06-16';

const evidence = (overrides: Partial<KeyEvidence> = {}): KeyEvidence => ({
  key: ptax,
  stored: new Set([FRIDAY]),
  isUnrecorded: () => false,
  failure: null,
  failedWindows: [],
  held: new Map(),
  ...overrides,
});

describe('a partition', () => {
  it('is fresh with the value it expects, and fails without', () => {
    expect(judgePartition([evidence()], FRIDAY, 1)).toMatchObject({ state: 'fresh', rows: 1 });
    expect(judgePartition([evidence({ stored: new Set() })], FRIDAY, 0)).toMatchObject({
      state: 'failed',
      reason: 'USDBRL_PTAX (USD): expected a value of 2022-06-17, got none',
    });
    expect(judgePartition([evidence()], HOLIDAY, 0)).toMatchObject({
      state: 'no_data_expected',
      reason: 'holiday',
    });
  });

  it('fails when a window over it could not be read, whatever is stored, and only then', () => {
    const window = { key: 'USDBRL_PTAX', id: 'w', from: '2022-06-10', to: FRIDAY };
    const failing = evidence({ failure: 'HTTP 503', failedWindows: [window] });
    for (const day of [FRIDAY, HOLIDAY])
      expect(judgePartition([failing], day, 1)).toMatchObject({
        state: 'failed',
        reason: 'USDBRL_PTAX (USD): HTTP 503',
      });
    const elsewhere = evidence({
      failure: 'HTTP 503',
      failedWindows: [{ ...window, from: '2010-01-01', to: '2010-12-31' }],
    });
    expect(judgePartition([elsewhere], FRIDAY, 1)).toMatchObject({ state: 'fresh' });
  });
});

describe('the absence of rows of a key', () => {
  it('is expected when no partition waits for a value', () => {
    expect(explainAbsence(ptax, [HOLIDAY])).toBe('holiday');
    expect(explainAbsence(ptax, [HOLIDAY, FRIDAY])).toBeNull();
  });
});
