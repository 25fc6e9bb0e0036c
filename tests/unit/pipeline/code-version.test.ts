import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  listSources,
  listUnversioned,
  PINS_PATH,
  readCodePins,
  reduceSource,
  type CodePins,
} from '../../../infra/sources/code-pins.ts';
import { CURRENT_VERSIONS } from '../../../shared/pipeline/agent-versions.ts';
import { codeVersionOf } from '../../../shared/pipeline/code-version.ts';
import { AGENT_NAMES, graph } from '../../../shared/pipeline/graph.ts';

describe('the version of the code of an asset', () => {
  const pinned = JSON.parse(readFileSync(PINS_PATH, 'utf8')) as CodePins;
  const current = readCodePins();

  it.each(graph.names)('is raised when that of %s changes (else: make pin-code says what to do)', (asset) => {
    expect(current[asset]).toEqual(pinned[asset]);
  });

  it('holds the model version of an agent, so that another one that counts makes it stale', () => {
    for (const agent of AGENT_NAMES)
      expect(codeVersionOf(agent).split('.')[0], agent).toBe(CURRENT_VERSIONS[agent]);
  });

  it('is missed when sources changed under the same one, and not when it was raised', () => {
    const asset = 'silver_macro';
    const pin = current[asset]!;
    const changed = { ...pinned, [asset]: { ...pin, sources: 'other' } };
    expect(listUnversioned(changed, current)).toEqual([asset]);
    expect(
      listUnversioned({ ...changed, [asset]: { version: 'before', sources: 'other' } }, current),
    ).toEqual([]);
  });

  it('depends on formulas and parsers, not on what stores, sends or logs', () => {
    expect(listSources('silver_macro')).toEqual(
      expect.arrayContaining(['services/silver/macro/gaps.ts', 'shared/numeric/hp.ts']),
    );
    expect(listSources('bronze_b3_market_data')).toContain('shared/connectors/b3/price-report.ts');
    expect(listSources('agent_fiscal')).toContain('services/agents/fiscal/debt-sustainability.ts');
    for (const asset of graph.names) {
      const files = listSources(asset);
      expect(files.length, asset).toBeGreaterThan(4);
      expect(files.filter((file) => /^shared\/(db|pipeline|logger|http)/.test(file))).toEqual([]);
    }
    expect(listSources('agent_fiscal').filter((file) => file.includes('inflation/'))).toEqual([]);
  });

  it('does not depend on comments, types and layout, but on every number', () => {
    const before = reduceSource('/** Gap. */\nexport const gap = (a: number): number => a * 2; // twice\n');
    expect(reduceSource('export const gap = (\n  a: number,\n) => a * 2;\n')).toBe(before);
    expect(reduceSource('export const gap = (a: number): number => a * 3;\n')).not.toBe(before);
  });
});
