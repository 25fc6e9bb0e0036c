import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { inflation } from '../../../services/agents/inflation/agent.ts';
import { monetaryPolicy } from '../../../services/agents/monetary_policy/agent.ts';
import { PARAMETERS } from '../../../services/agents/parameters.ts';
import { buildVersion, readVersion } from '../../../services/agents/versions.ts';
import { CURRENT_VERSIONS } from '../../../shared/pipeline/agent-versions.ts';

/** What each version was when it was released. A hash is added with a version, and never changed. */
const RELEASED: Readonly<Record<string, string>> = {
  'agent_inflation 1': 'ae9866cce91308cb',
  'agent_monetary_policy 1': '043a239eed03d989',
  'agent_monetary_policy 2': 'b1c7c42349e3b97e',
  'agent_fiscal 1': '4945d1a881f55605',
  'agent_fx_equilibrium 1': '7d85825fc219eaf0',
  'agent_cross_asset 1': '3915e5eaf2c7b1e1',
};

function hashNumbers(parameters: unknown): string {
  return createHash('sha256').update(JSON.stringify(parameters)).digest('hex').slice(0, 16);
}

const VERSIONS = Object.entries(PARAMETERS).flatMap(([agent, versions]) =>
  Object.entries(versions).map(([version, parameters]): [string, unknown] => [
    `${agent} ${version}`,
    parameters,
  ]),
);

describe('parameters of model versions', () => {
  it('are those that were released', () => {
    expect(Object.fromEntries(VERSIONS.map(([name, parameters]) => [name, hashNumbers(parameters)]))).toEqual(
      RELEASED,
    );
  });

  it('hold only numbers, texts and what is made of them, all finite', () => {
    const visit = (value: unknown, path: string): string[] => {
      if (typeof value === 'number') return Number.isFinite(value) ? [] : [path];
      if (typeof value === 'string') return [];
      if (value === null || typeof value !== 'object') return [path];
      return Object.entries(value).flatMap(([name, part]) => visit(part, `${path}.${name}`));
    };
    expect(VERSIONS.flatMap(([name, parameters]) => visit(parameters, name))).toEqual([]);
  });

  it('give every agent a current version, and weights of its composite that sum to one', () => {
    for (const [agent, version] of Object.entries(CURRENT_VERSIONS)) {
      expect(Object.keys(PARAMETERS[agent as keyof typeof PARAMETERS]), agent).toContain(version);
    }
    for (const [name, parameters] of VERSIONS) {
      const { composite } = parameters as { composite?: Record<string, number> };
      if (composite === undefined) continue;
      const sum = Object.values(composite).reduce((total, weight) => total + weight, 0);
      expect(sum, name).toBeCloseTo(1, 12);
    }
  });

  it('build an agent, and refuse a version that there is not', () => {
    expect(inflation.modelVersion).toBe(CURRENT_VERSIONS.agent_inflation);
    const candidate = buildVersion(monetaryPolicy, '2');
    expect(candidate.modelVersion).toBe('2');
    expect([monetaryPolicy.parameters.taylor.gapWeight, candidate.parameters.taylor.gapWeight]).toEqual([
      0.5, 1,
    ]);
    expect(() => readVersion('agent_inflation', '99')).toThrow('agent_inflation has no model version 99: 1');
  });
});
