import { expect, it } from 'vitest';
import { upstreamAddress } from '../../../services/dashboard/web/src/lineage/address.ts';

const input = (
  agent: 'agent_inflation' | 'agent_monetary_policy',
  kind: 'signal' | 'output' | 'report',
  key: string,
) => ({
  key,
  lastPeriod: null,
  releaseTime: null,
  from: { agent, kind },
});

it('stays with the model version where a report rests on its own outputs, and with the day everywhere', () => {
  const report = {
    agent: 'agent_monetary_policy',
    partition: '2022-06-24',
    asOf: '2022-07-01',
    modelVersion: '2',
  };
  expect(upstreamAddress(input('agent_monetary_policy', 'output', 'taylor_rate'), report)).toBe(
    '/lineage/agent_monetary_policy/2022-06-24?output=taylor_rate&modelVersion=2&asOf=2022-07-01',
  );
  expect(upstreamAddress(input('agent_inflation', 'output', 'expected_ipca_12m'), report)).toBe(
    '/lineage/agent_inflation/2022-06-24?output=expected_ipca_12m&asOf=2022-07-01',
  );
  expect(upstreamAddress(input('agent_inflation', 'report', 'agent_inflation'), report)).toBe(
    '/signals/agent_inflation/2022-06-24?asOf=2022-07-01',
  );
  expect(upstreamAddress({ key: 'VIX', lastPeriod: null, releaseTime: null }, report)).toBeNull();
});
