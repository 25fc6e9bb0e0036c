import { describe, expect, it } from 'vitest';
import { judgeProvider, type ProviderEvidence } from '../../shared/provider-state.ts';

const none = { requests: 0, failures: 0, throttled: 0, serverErrors: 0, p50Ms: null, p95Ms: null };
const statsOf = (requests: number, failures = 0, throttled = 0) => ({
  ...none,
  requests,
  failures,
  throttled,
});
const budget = { configuredRate: 2, currentRate: 2, pausedUntil: null };

const judge = (evidence: Partial<ProviderEvidence>) =>
  judgeProvider({
    requests: { lastHour: statsOf(20), lastDay: statsOf(40) },
    circuits: [{ state: 'closed' }],
    budgets: [budget],
    failingKeys: 0,
    ...evidence,
  });

describe('the state of a provider', () => {
  it.each<[string, Partial<ProviderEvidence>, string]>([
    ['everything as it should be', {}, 'ok'],
    ['two of twenty failed', { requests: { lastHour: statsOf(20, 2), lastDay: none } }, 'ok'],
    ['three of twenty failed', { requests: { lastHour: statsOf(20, 3), lastDay: none } }, 'degraded'],
    ['429 counted with them', { requests: { lastHour: statsOf(20, 1, 2), lastDay: none } }, 'degraded'],
    ['nothing answered', { requests: { lastHour: statsOf(5, 3, 2), lastDay: statsOf(9, 3, 2) } }, 'down'],
    [
      'an hour without requests after a good day',
      { requests: { lastHour: none, lastDay: statsOf(9) } },
      'ok',
    ],
    [
      'an hour without requests after a bad day',
      { requests: { lastHour: none, lastDay: statsOf(9, 9) } },
      'down',
    ],
    ['no requests', { requests: { lastHour: none, lastDay: none } }, 'unknown'],
    ['an open circuit', { circuits: [{ state: 'open' }] }, 'down'],
    ['a circuit that is being tried', { circuits: [{ state: 'half_open' }] }, 'down'],
    ['one of two circuits open', { circuits: [{ state: 'closed' }, { state: 'open' }] }, 'degraded'],
    ['a rate that was lowered', { budgets: [{ ...budget, currentRate: 1 }] }, 'degraded'],
    ['a pause', { budgets: [{ ...budget, pausedUntil: 1 }] }, 'degraded'],
    ['a key that fails', { failingKeys: 1 }, 'degraded'],
    ['Redis away', { circuits: [], budgets: [] }, 'ok'],
  ])('with %s', (_name, evidence, expected) => {
    expect(judge(evidence)).toBe(expected);
  });
});
